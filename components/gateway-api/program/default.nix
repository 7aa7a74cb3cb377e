# The kinds of the Gateway API that Traefik watches, as a component for kustomize.
# NB: of the version that Traefik's go.mod has. It does not start to route without one of them; the standard channel's
# others have no controller here. That channel's policy on versions would keep an earlier `up` from bringing its own
# kinds.
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
      for kind in backendtlspolicies gatewayclasses gateways grpcroutes httproutes referencegrants tlsroutes; do
        file=gateway.networking.k8s.io_$kind.yaml
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
