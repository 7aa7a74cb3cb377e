# The bill of materials of something, as CycloneDX 1.6 and SPDX 2.3, made from the pins of what is in it.
{
  # From build.nix.
  build,
  # The workspace's groundwork-bom, which documents the spec's fields.
  groundwork-bom,
  # From nix/toolchain: it reads of what programs in Go are linked.
  go,
}: {
  # Short name.
  name,
  # The OCI layout, where it is an image; its version else.
  image ? null,
  version ? null,
  # What it is made of.
  sources,
}:
build {
  name = "bill-${name}";
  tools = [groundwork-bom go];
  env.spec = builtins.toJSON {inherit name image version sources;};
  script = ''
    export HOME=$PWD
    echo "$spec" >spec.json
    groundwork-bom write spec.json --output $out
  '';
}
