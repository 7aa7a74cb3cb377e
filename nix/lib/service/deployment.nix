# What `groundwork deploy` takes: the objects with the image's exact reference in them (objects.yaml), and what it has to know
# beside them (service.json).
{
  # From nix/lib/build.nix.
  build,
  # For kustomize.
  kubernetes,
}: {
  # What service.toml says.
  about,
  version,
  # From nix/lib/image.nix.
  image,
  # The repository's folder, and the store's copy of one of its files.
  src,
  take,
}: let
  namespace = about.namespace or "services";
  # Secrets that can be made up, in the form of services/hello/secrets.yaml.
  hasSecrets = builtins.pathExists (src + "/secrets.yaml");
in
  build {
    name = "${about.name}-deployment";
    tools = [kubernetes];
    env.service = builtins.toJSON ({
        inherit (about) name kind features;
        inherit version namespace;
        image = {
          inherit (about) name;
          layout = image;
          reference = "@reference@";
          digest = "@digest@";
        };
        objects = "@out@/objects.yaml";
      }
      // (
        if hasSecrets
        then {secrets = "@out@/secrets.yaml";}
        else {}
      ));
    script = ''
      export HOME=$PWD
      mkdir -p $out deployment
      cp -r ${take "k8s"} k8s
      reference=$(cat ${image}/reference)
      {
        echo 'resources: [../k8s]'
        echo 'images:'
        echo '- name: ${about.name}'
        echo "  newName: ''${reference%:*}"
        echo "  newTag: \"''${reference##*:}\""
      } >deployment/kustomization.yaml
      kubectl kustomize deployment >$out/objects.yaml || {
        echo 'error: kustomize does not take k8s/kustomization.yaml' >&2
        echo "hint: a build sees only files that are in Git; 'git status' shows those that are not" >&2
        exit 1
      }
      grep -qF "image: $reference" $out/objects.yaml || {
        echo 'error: no object in k8s/ has the image ${about.name}, so nothing would run it' >&2
        echo "hint: write 'image: ${about.name}' in k8s/deployment.yaml" >&2
        exit 1
      }
      grep -q '^  namespace: ${namespace}$' $out/objects.yaml || {
        echo 'error: no object in k8s/ is in the namespace ${namespace}' >&2
        echo "hint: write 'namespace: ${namespace}' in k8s/kustomization.yaml" >&2
        exit 1
      }
      echo "$service" | sed "s#@out@#$out#g; s#@reference@#$reference#; s#@digest@#$(cat ${image}/digest)#" >$out/service.json
      ${
        if hasSecrets
        then "cp ${take "secrets.yaml"} $out/secrets.yaml"
        else ""
      }
    '';
  }
