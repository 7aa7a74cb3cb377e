# How sources of each kind get in; nix/default.nix passes the result on.
{
  # The platform.
  system,
  # The project's folder.
  root,
}: let
  platform = import ../lib/platform.nix {inherit system;};
  # A folder's path from the project's root, as the clients are told.
  below = folder: builtins.substring (builtins.stringLength (toString root) + 1) (-1) (toString folder);
  # NB: the lock of the seed is read without a seed, or the two would need each other.
  bare = import ./source.nix {
    inherit system;
    seed = null;
  };
  seed = import ./seed.nix {
    inherit platform;
    source = bare;
    package = builtins.head (import ./debian.nix {
      source = bare;
      inherit system;
    } "seed");
  };
  source = import ./source.nix {inherit system seed;};
  pypi = import ./pypi.nix {inherit source;};
in {
  inherit seed;
  debian = import ./debian.nix {inherit source system;};
  debianSets = builtins.attrNames (builtins.fromJSON (builtins.readFile ./debian.json));
  go = import ./go.nix {inherit source below;};
  goDistribution = import ./go-distribution.nix {
    inherit platform;
    inherit (import ./go.nix {inherit source below;}) toolchain;
  };
  rust = import ./rust.nix {inherit source;};
  maven = import ./maven.nix {inherit source below;};
  nodeDistribution = import ./node-distribution.nix {
    inherit platform;
    wheel = pypi;
  };
  wheels = import ./wheels.nix {inherit pypi system;};
  poetry = import ./poetry.nix {inherit source platform;};
  npm = import ./npm.nix {inherit source below;};
}
