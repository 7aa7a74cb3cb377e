# Debian packages: the closure of one set of nix/sources/debian.json, as its lock file pins it.
{
  # From source.nix.
  source,
  # The platform, which selects the lock file.
  system,
}: let
  lock = builtins.fromJSON (builtins.readFile (./. + "/debian-${system}.lock.json"));
  # NB: store names have neither ':' nor '~'.
  storeName = builtins.replaceStrings [":" "~"] ["-" "-"];
in
  # Name of the set.
  set:
    map (package:
      source {
        kind = "debian";
        name = "${package.name}_${storeName package.version}.deb";
        hash = package.sha256;
        details = {
          package = package.name;
          inherit (package) version;
        };
      })
    lock.${set}
