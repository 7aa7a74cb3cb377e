# glibc and libgcc by themselves: all that a compiled program needs to run.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # The unpacked packages of set `runtime`.
  tree,
}:
build {
  name = "runtime";
  script = ''
    mkdir -p $out/lib $out/share/licenses
    cp -P ${tree}/usr/lib/${platform.triplet}/*.so* $out/lib/
    for package in libc6 libgcc-s1; do
      mkdir $out/share/licenses/$package
      cp -L ${tree}/usr/share/doc/$package/copyright $out/share/licenses/$package/
    done
  '';
}
