# Debian's own, older Go, good enough to download the Go distribution; scripts/fetch-sources.sh
# alone uses it.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # For the wrapper's first line.
  shell,
  # glibc and libgcc.
  runtime,
  # The unpacked packages.
  tree,
}:
build {
  name = "go-bootstrap";
  # NB: patchelf breaks Go's own executables, so the loader is named at the start instead.
  script = ''
    mkdir -p $out/bin
    {
      echo "#!${shell}/bin/sh"
      echo "export GOROOT=${tree}/usr/lib/go-1.19"
      echo "exec ${runtime}/lib/${platform.loader} --library-path ${runtime}/lib ${tree}/usr/lib/go-1.19/bin/go \"\$@\""
    } >$out/bin/go
    chmod +x $out/bin/go
  '';
}
