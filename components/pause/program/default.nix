# catatonit, from Debian: a static init that can do nothing but wait.
{
  # From nix/toolchain.
  unpack,
  build,
  billed,
  # From nix/sources.
  debian,
}: let
  tree = unpack {
    name = "pause-tree";
    packages = debian "pause";
  };
in
  billed (debian "pause") "share/licenses" (build {
    name = "pause";
    script = ''
      mkdir -p $out/bin $out/share/licenses/catatonit
      cp ${tree}/usr/bin/catatonit $out/bin/
      cp ${tree}/usr/share/doc/catatonit/copyright $out/share/licenses/catatonit/
    '';
  })
