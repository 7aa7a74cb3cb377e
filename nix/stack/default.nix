# The stack manifest: what has been built, in the one shape that the launcher reads
# (crates/groundwork-stack), with the Kubernetes objects rendered by kustomize.
{
  # From nix/lib/build.nix.
  build,
  # Programs and images by name.
  programs,
  images,
}: let
  waves = import ./waves.nix;
  command = program: name: {
    inherit name;
    value = "${program}/bin/${name}";
  };
  observability = ["prometheus" "alertmanager" "victorialogs" "jaeger" "opentelemetry-collector" "node-exporter"];
  # In the order in which a node needs them.
  ordered = ["pause" "coredns" "local-path-provisioner" "local-path-helper" "metrics-server" "traefik" "kafka"] ++ observability ++ ["hello" "canary" "console"];
  manifest = {
    format = 1;
    version = (builtins.fromTOML (builtins.readFile ../../Cargo.toml)).workspace.package.version;
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
    # NB: reference and digest are known only when the image is built, so its builder puts them in.
    images =
      map (name: {
        inherit name;
        reference = "@${name}-reference@";
        digest = "@${name}-digest@";
        layout = images.${name};
      })
      ordered;
    waves = map (wave:
      {
        inherit (wave) name;
        objects = "@out@/${wave.name}.yaml";
      }
      // builtins.mapAttrs (_: file: "@out@/${baseNameOf file}") (declared wave))
    waves;
  };
  # What a wave declares beside objects, each in a file of its own.
  declared = builtins.intersectAttrs {
    topics = null;
    secrets = null;
  };
in
  assert builtins.sort builtins.lessThan ordered == builtins.attrNames images;
    build {
      name = "stack";
      tools = [programs.kubernetes];
      env = {
        manifest = builtins.toJSON manifest;
        names = ordered;
        layouts = map (name: images.${name}) ordered;
        components = builtins.path {
          path = ../../k8s;
          name = "k8s";
        };
      };
      script = ''
        mkdir $out
        cp -r $components k8s
        chmod -R u+w k8s
        cp -r ${programs.gateway-api} k8s/gateway-api
        echo "$manifest" >stack.json
        sed -i "s#@out@#$out#g" stack.json
        tags=k8s/images/kustomization.yaml
        printf 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n' >$tags
        set -- $layouts
        for name in $names; do
          reference=$(cat $1/reference)
          sed -i "s#@$name-reference@#$reference#; s#@$name-digest@#$(cat $1/digest)#" stack.json
          printf -- '- name: %s\n  newName: %s\n  newTag: "%s"\n' $name ''${reference%:*} ''${reference##*:} >>$tags
          shift
        done
        ${builtins.concatStringsSep "\n" (map (wave: ''
            mkdir ${wave.name}
            {
              echo 'resources:'
              ${builtins.concatStringsSep "\n" (map (component: "echo '- ../k8s/${component}'") wave.components)}
            } >${wave.name}/kustomization.yaml
            kubectl kustomize ${wave.name} >$out/${wave.name}.yaml
            ${builtins.concatStringsSep "\n" (map (file: "cp k8s/${file} $out/") (builtins.attrValues (declared wave)))}
          '')
          waves)}
        cp stack.json $out/stack.json
      '';
    }
