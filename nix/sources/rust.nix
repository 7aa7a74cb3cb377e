# Crates: one source for each package of a Cargo.lock, pinned by the lock's own checksum.
{
  # From source.nix.
  source,
}: {
  # The Cargo.lock.
  lock,
  # Its workspace's folder in the project, or its whole path, for the client.
  folder,
  # What brings a missing crate in.
  hint ? "run scripts/fetch-sources.sh",
}: let
  parsed = builtins.fromTOML (builtins.readFile lock);
in
  map (package:
    source {
      kind = "crate";
      name = "${package.name}-${package.version}.crate";
      hash = package.checksum;
      inherit hint;
      details = {
        inherit folder;
        package = package.name;
        inherit (package) version;
      };
    })
  # Our own crates have no checksum.
  (builtins.filter (package: package ? checksum) parsed.package)
