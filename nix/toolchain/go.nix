# The Go distribution, made executable: as a module its files lost that bit.
{
  # From nix/lib/build.nix.
  build,
  # The module's tree, from nix/sources/go.nix.
  distribution,
}:
build {
  name = "go";
  script = ''
    cp -r ${distribution} $out
    chmod -R u+w $out
    rm -rf $out/test $out/doc $out/api
    chmod +x $out/bin/* $out/pkg/tool/*/*
  '';
}
