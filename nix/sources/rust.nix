# Crates: one source for each package of a Cargo.lock, pinned by the lock's own checksum.
{
  # From source.nix.
  source,
}: {
  # The Cargo.lock.
  lock,
  # Its workspace's folder in the project, for the client.
  folder,
}: let
  parsed = builtins.fromTOML (builtins.readFile lock);
in
  map (package:
    source {
      kind = "crate";
      name = "${package.name}-${package.version}.crate";
      hash = package.checksum;
      details = {
        inherit folder;
        package = package.name;
        inherit (package) version;
      };
    })
  # Our own crates have no checksum.
  (builtins.filter (package: package ? checksum) parsed.package)
