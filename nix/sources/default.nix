# How sources of each kind get in; nix/default.nix passes the result on.
{
  # The platform.
  system,
}: let
  # NB: the lock of the seed is read without a seed, or the two would need each other.
  bare = import ./source.nix {
    inherit system;
    seed = null;
  };
  seed = import ./seed.nix {
    source = bare;
    package = builtins.head (import ./debian.nix {
      source = bare;
      inherit system;
    } "seed");
  };
  source = import ./source.nix {inherit system seed;};
in {
  inherit seed;
  debian = import ./debian.nix {inherit source system;};
  debianSets = builtins.attrNames (builtins.fromJSON (builtins.readFile ./debian.json));
  go = import ./go.nix {inherit source;};
  goDistribution = import ./go-distribution.nix (import ./go.nix {inherit source;});
  rust = import ./rust.nix {inherit source;};
  maven = import ./maven.nix {inherit source;};
  nodeDistribution = import ./node-distribution.nix (import ./pypi.nix {inherit source;});
  npm = import ./npm.nix {inherit source;};
}
