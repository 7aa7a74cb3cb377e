# Go modules: the Go distribution, the vendored tree of a program's own main module, and a module as it is.
{
  # From source.nix.
  source,
  # A folder's path from the project's root.
  below,
}: {
  # The Go distribution is an ordinary module; Debian's older Go downloads it.
  toolchain = {
    # Version with platform, as in `v0.0.1-go1.26.11.linux-amd64`.
    version,
    # Hash of the module's tree.
    hash,
  }:
    source {
      kind = "go-toolchain";
      name = "go-${version}";
      inherit hash;
      tree = true;
      details = {inherit version;};
    };

  # What `go mod vendor` makes of the go.mod and go.sum in a package's folder, and of the modules in its stubs.
  vendor = {
    # The program.
    name,
    # Folder with go.mod, go.sum and vendor-hash.
    folder,
  }:
    source {
      kind = "go-vendor";
      name = "${name}-vendor";
      hash = builtins.head (builtins.match "([^\n]+)\n" (builtins.readFile (folder + "/vendor-hash")));
      tree = true;
      details = {folder = below folder;};
    };

  # A module as it is, for files other than Go: `go mod vendor` leaves those out.
  module = {
    # The package.
    name,
    # Folder with module.json: the module's path, version and hash.
    folder,
  }: let
    pin = builtins.fromJSON (builtins.readFile (folder + "/module.json"));
  in
    source {
      kind = "go-module";
      name = "${name}-module";
      inherit (pin) hash;
      tree = true;
      details = {
        inherit (pin) package version;
        folder = below folder;
      };
    };
}
