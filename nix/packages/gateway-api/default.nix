# The kinds of the Gateway API's standard channel, as a component for kustomize.
# NB: of the version that Traefik's go.mod has; Traefik watches every one of them.
{
  build,
  goModule,
}: let
  module = goModule {
    name = "gateway-api";
    folder = ./.;
  };
in
  build {
    name = "gateway-api";
    # Without the fields' descriptions, two thirds of the text, which every `up` would send and the API server compare.
    # They are texts of one line or of all lines that are further in; a map of that name is a field itself.
    script = ''
      mkdir -p $out/share/licenses
      cp ${module}/LICENSE $out/share/licenses/
      cd ${module}/config/crd/standard
      echo 'resources:' >$out/kustomization.yaml
      for file in *.yaml; do
        awk '
          { match($0, /^ */); at = RLENGTH }
          skipping && (/^ *$/ || at > depth) { next }
          { skipping = 0 }
          /^ *description: ./ { skipping = 1; depth = at; next }
          { print }
        ' $file >$out/$file
        echo "- $file" >>$out/kustomization.yaml
      done
    '';
  }
