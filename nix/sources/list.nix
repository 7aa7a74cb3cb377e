# Every source of the project, found by the lock files that pin them, as the client scripts read it.
{
  # From default.nix.
  sources,
  # The project's folder.
  root,
  # From nix/lib/components.nix.
  components,
  # Those that services of templates/ have, from nix/lib/service.
  services,
}: let
  tool = name: {
    inherit name;
    folder = root + "/nix/toolchain/${name}";
  };
  programs =
    map (component: {
      inherit (component) name;
      folder = component.folder + "/program";
    })
    components
    ++ [(tool "act") (tool "actionlint") (tool "gitleaks") (tool "kustomize") (tool "nix-tools")];
  # Programs whose folder holds a file of the given name.
  holding = file: builtins.filter (program: builtins.pathExists (program.folder + "/${file}")) programs;
  describe = import ./describe.nix;
  all =
    [sources.seed]
    ++ builtins.concatMap sources.debian sources.debianSets
    ++ [sources.goDistribution]
    ++ map sources.go.vendor (holding "vendor-hash")
    ++ map sources.go.module (holding "module.json")
    ++ sources.rust {
      lock = root + "/Cargo.lock";
      folder = ".";
    }
    ++ sources.rust {
      lock = root + "/nix/toolchain/nix-tools/Cargo.lock";
      folder = "nix/toolchain/nix-tools";
    }
    ++ map sources.maven (holding "jars-hash")
    ++ sources.wheels "service"
    ++ sources.wheels "workflows"
    ++ sources.wheels "bills"
    ++ services
    ++ [
      sources.nodeDistribution
      (sources.npm {
        name = "console";
        folder = root + "/services/console/page";
      })
    ];
  # One source may be in several sets and locks.
  unique = builtins.attrValues (builtins.listToAttrs (map (source: {
      name = builtins.unsafeDiscardStringContext source.path;
      value = source;
    })
    (map describe all)));
in
  unique
