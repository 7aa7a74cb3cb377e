# Each image, built a second time, is the same bit by bit; with a planted time stamp it is not.
{
  build,
  groundwork-image,
  images,
  templates,
}: let
  services = builtins.mapAttrs (_name: template: template.image) templates;
  all = builtins.attrValues images ++ builtins.attrValues services;
in
  build {
    name = "check-images-reproducible";
    tools = [groundwork-image];
    env = {
      layouts = all;
      specs = builtins.concatStringsSep "\n" (map (image: image.spec) all);
    };
    script = ''
      set -- $layouts
      echo "$specs" | while read -r spec; do
        echo "$spec" >spec.json
        groundwork-image spec.json --output again
        diff -r $1 again
        groundwork-image spec.json --timestamp 2 --output planted
        ! diff -rq $1 planted >/dev/null || { echo "error: the comparison does not see a planted time stamp in $1" >&2; exit 1; }
        rm -rf again planted
        shift
      done
      touch $out
    '';
  }
