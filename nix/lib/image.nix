# An OCI image layout from a spec; its files `reference` and `digest` say how objects name it.
{
  # From build.nix.
  build,
  # The workspace's groundwork-image, which documents the spec's fields.
  groundwork-image,
}: {
  # Short name.
  name,
  # From the lowest to the highest; the same layer in two images is stored once by a node.
  layers,
  # How a container starts.
  config,
}:
build {
  name = "image-${name}";
  tools = [groundwork-image];
  env = {
    spec = builtins.toJSON {inherit name layers config;};
    # An image is whole by itself: a machine that has it needs nothing of what it was made of.
    allowedReferences = [];
  };
  script = ''
    echo "$spec" >spec.json
    groundwork-image spec.json --output $out
  '';
}
