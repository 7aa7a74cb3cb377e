# Wheels of PyPI: all of one set of nix/sources/pypi.json, as its lock file pins them.
{
  # From pypi.nix.
  pypi,
  # The platform, which selects the lock file.
  system,
}: let
  lock = builtins.fromJSON (builtins.readFile (./. + "/pypi-${system}.lock.json"));
in
  # Name of the set.
  set:
    map (wheel:
      pypi {
        package = wheel.name;
        inherit (wheel) version tags;
        hash = wheel.sha256;
      })
    lock.${set}
