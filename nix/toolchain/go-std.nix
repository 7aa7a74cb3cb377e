# Go's compile cache with the standard library in it, as our programs compile it.
{
  # From nix/lib/build.nix.
  build,
  # The Go distribution.
  go,
}:
build {
  name = "go-std";
  tools = [go];
  script = ''
    export HOME=$PWD GOCACHE=$out GOFLAGS=-trimpath CGO_ENABLED=0 GOTOOLCHAIN=local
    go build std
  '';
}
