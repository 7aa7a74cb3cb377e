# An OCI image layout from a spec; its files `reference` and `digest` say how objects name it. Its `bill` is what it is made of.
{
  # From build.nix.
  build,
  # The workspace's groundwork-image, which documents the spec's fields.
  groundwork-image,
  # From bill.nix.
  bill,
}: {
  # Short name.
  name,
  # From the lowest to the highest; the same layer in two images is stored once by a node. Each has a `bill`: sources of
  # its parts, as bill.nix takes them.
  layers,
  # How a container starts.
  config,
}: let
  image = build {
    name = "image-${name}";
    tools = [groundwork-image];
    env = {
      spec = builtins.toJSON {
        inherit name config;
        layers = map (layer: builtins.removeAttrs layer ["bill"]) layers;
      };
      # An image is whole by itself: a machine that has it needs nothing of what it was made of.
      allowedReferences = [];
    };
    script = ''
      echo "$spec" >spec.json
      groundwork-image spec.json --output $out
    '';
  };
in
  image
  // {
    bill = bill {
      inherit name image;
      sources = builtins.concatMap (layer: layer.bill) layers;
    };
  }
