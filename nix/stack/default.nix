# The stack manifest: what has been built, in the one shape that the launcher reads
# (crates/groundwork-contract), with the Kubernetes objects rendered by kustomize.
{
  # From nix/lib/build.nix.
  build,
  # From nix/lib/components.nix: those that it has.
  components,
  # The waves, in their order.
  waves,
  # Programs and images by name.
  programs,
  images,
  # The project's folder.
  root,
  # From nix/lib/service/templates.nix.
  templates,
  # The stacks with optional components as well: those in `optional`, and the `stack`.
  variants,
}: let
  having = what: builtins.filter (component: component.${what} != null) components;
  text = builtins.concatStringsSep "\n";
  # The store's copy of a file or folder by itself, so that a change elsewhere does not rebuild the stack.
  take = path:
    builtins.path {
      inherit path;
      name = baseNameOf path;
    };
  command = program: name: {
    inherit name;
    value = "${program}/bin/${name}";
  };
  # What everybody may know of a component; its image is the launcher's alone.
  described = component: {
    inherit (component) name role wave endpoint service health process scrape read_paths;
    image = null;
  };
  manifest = {
    format = 3;
    version = (builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package.version;
    programs = builtins.listToAttrs ([
        (command programs.runc "runc")
        (command programs.nftables "nft")
      ]
      ++ map (command programs.etcd) ["etcd" "etcdctl"]
      ++ map (command programs.containerd) ["containerd" "containerd-shim-runc-v2" "ctr"]
      ++ map (command programs.kubernetes) [
        "kube-apiserver"
        "kube-controller-manager"
        "kube-scheduler"
        "kube-proxy"
        "kubelet"
        "kubectl"
      ]);
    cni_plugins = "${programs.cni-plugins}/bin";
    templates = "${templates}";
    components = map (component:
      described component
      // (
        if component.image == null
        then {}
        # NB: reference and digest are known only when the image is built, so its builder puts them in.
        else {
          image = {
            inherit (component) name;
            reference = "@${component.name}-reference@";
            digest = "@${component.name}-digest@";
            layout = images.${component.name};
          };
        }
      ))
    components;
    waves = map (name:
      {
        inherit name;
        objects = "@out@/${name}.yaml";
      }
      // declared "topics" name
      // declared "secrets" name)
    waves;
    # NB: as texts without context: what is optional is neither built with the stack nor kept with it.
    variants =
      map (variant: {
        optional = builtins.listToAttrs (map (component: {
            inherit (component) name;
            value = component.role;
          })
          variant.optional);
        manifest = builtins.unsafeDiscardStringContext "${variant.stack}/stack.json";
        derivation = builtins.unsafeDiscardStringContext variant.stack.drvPath;
      })
      variants;
  };
  # What a wave declares beside objects: of each kind one file, a list with what each component has.
  declaring = what: wave: builtins.filter (component: component.wave == wave) (having what);
  joined = what: wave: let
    files = map (component: take component.${what}) (declaring what wave);
  in
    if files == []
    then ""
    else "{ echo ${what}:; sed '/^${what}:$/d' ${toString files}; } >$out/${wave}-${what}.yaml";
  declared = what: wave:
    if declaring what wave == []
    then {}
    else {${what} = "@out@/${wave}-${what}.yaml";};
  # Objects are a folder for kustomize: the component's own, or what its program is.
  objects = wave: builtins.filter (component: component.wave == wave) components;
  copyObjects = component: let
    source =
      if component.objects != null
      then take component.objects
      else programs.${component.name};
  in "mkdir -p ${component.path} && cp -r ${source} ${component.path}/k8s";
  # A file of each component, for a ConfigMap of all of them.
  copyTo = folder: what: nameOf: map (component: "cp ${take component.${what}} ${generated}/${folder}/${nameOf component}") (having what);
  generated = "nix/stack/generated";
  # A dashboard's address in the console.
  addressOf = component: let
    dashboard = builtins.fromJSON (builtins.readFile component.dashboard);
  in
    dashboard.metadata.name or (throw "${component.path}/watch/dashboard.json: no metadata.name\nhint: it is the dashboard's address in the console");
  dashboards = builtins.groupBy addressOf (having "dashboard");
  dashboardName = component: let
    name = addressOf component;
  in
    if builtins.length dashboards.${name} > 1
    then throw "${builtins.concatStringsSep " and " (map (it: it.path) dashboards.${name})} both have a dashboard called '${name}'\nhint: change metadata.name in one of them"
    else "${name}.json";
in
  build {
    name = "stack";
    tools = [programs.kubernetes];
    env = {
      manifest = builtins.toJSON manifest;
      names = map (component: component.name) (having "image");
      layouts = map (component: images.${component.name}) (having "image");
      described = builtins.toJSON (map described components);
      generatedFolder = take ./generated;
    };
    script = ''
      mkdir -p $out nix/stack
      cp -r $generatedFolder ${generated}
      ${text (map copyObjects (builtins.concatMap objects waves))}
      chmod -R u+w .
      echo "$described" >${generated}/components/components.json
      echo "$manifest" >stack.json
      sed -i "s#@out@#$out#g" stack.json
      printf 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n' >${generated}/images/kustomization.yaml
      set -- $layouts
      for name in $names; do
        reference=$(cat $1/reference)
        sed -i "s#@$name-reference@#$reference#; s#@$name-digest@#$(cat $1/digest)#" stack.json
        printf -- '- name: %s\n  newName: %s\n  newTag: "%s"\n' $name ''${reference%:*} ''${reference##*:} >>${generated}/images/kustomization.yaml
        shift
      done
      ${text (copyTo "rules" "rules" (component: "${component.name}.yaml"))}
      ${text (copyTo "dashboards" "dashboard" dashboardName)}
      for folder in rules dashboards; do
        (cd ${generated}/$folder && for file in *.yaml *.json; do
          case $file in
            kustomization.yaml|'*'*) ;;
            *) echo "      - $file" ;;
          esac
        done >>kustomization.yaml)
      done
      ${text (map (wave: ''
          mkdir -p ${wave}
          {
            # The label by which the launcher knows its own, for whoever applies these files with something else.
            printf 'labels:\n- pairs: {app.kubernetes.io/managed-by: groundwork}\n'
            echo 'resources:'
            ${text (map (component: "echo '- ../${component.path}/k8s'") (objects wave))}
          } >${wave}/kustomization.yaml
          kubectl kustomize ${wave} >$out/${wave}.yaml || {
            echo "hint: a build sees only files that are in Git; 'git status' shows those that are not" >&2
            exit 1
          }
          sed -nE 's/^ *(- )?image: *"?([^" ]+)"?$/\2/p' $out/${wave}.yaml | sort -u | { grep -v '^groundwork\.local/' || true; } >strange
          [ ! -s strange ] || {
            echo "error: objects of the wave ${wave} name an image that no component has: $(cat strange | tr '\n' ' ')" >&2
            echo "hint: write a component's name, and list nix/stack/generated/images under 'components' in its kustomization.yaml" >&2
            exit 1
          }
          ${text (map (component: ''
              grep -q '^ *groundwork/endpoint\.[a-z0-9-]*: ${component.endpoint}$' $out/${wave}.yaml || {
                echo "error: ${component.path}/component.nix says ${component.endpoint}, and no object has that as groundwork/endpoint.NAME" >&2
                exit 1
              }
            '')
            (builtins.filter (component: component.endpoint != null) (objects wave)))}
          ${joined "topics" wave}
          ${joined "secrets" wave}
        '')
        waves)}
      cp stack.json $out/stack.json
    '';
  }
