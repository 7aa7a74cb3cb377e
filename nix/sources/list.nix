# Every source of the project, found by the lock files that pin them, as the client scripts read it.
{
  # From default.nix.
  sources,
}: let
  packages = ../packages;
  # Folders of programs that hold a file of the given name.
  holding = file: builtins.filter (name: builtins.pathExists (packages + "/${name}/${file}")) (builtins.attrNames (builtins.readDir packages));
  describe = source: source.source // {path = source.outPath;};
  all =
    [sources.seed]
    ++ builtins.concatMap sources.debian sources.debianSets
    ++ [sources.goDistribution]
    ++ map (name:
      sources.go.vendor {
        inherit name;
        folder = packages + "/${name}";
      }) (holding "vendor-hash")
    ++ map (name:
      sources.go.module {
        inherit name;
        folder = packages + "/${name}";
      }) (holding "module.json")
    ++ sources.rust {
      lock = ../../Cargo.lock;
      folder = ".";
    }
    ++ builtins.concatMap (name:
      sources.rust {
        lock = packages + "/${name}/Cargo.lock";
        folder = "nix/packages/${name}";
      }) (holding "Cargo.lock")
    ++ map (name:
      sources.maven {
        inherit name;
        folder = packages + "/${name}";
      }) (holding "jars-hash")
    ++ [
      sources.nodeDistribution
      (sources.npm {
        name = "console";
        folder = "console";
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
