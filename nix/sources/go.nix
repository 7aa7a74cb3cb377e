# Go modules: the Go distribution, and the vendored tree of a program's own main module.
{
  # From source.nix.
  source,
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

  # What `go mod vendor` makes of the go.mod and go.sum in a package's folder.
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
      details = {folder = "nix/packages/${name}";};
    };
}
