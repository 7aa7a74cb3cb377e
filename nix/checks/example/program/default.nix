# A web server out of the toolchain's busybox.
{
  build,
  unpack,
  debian,
}: let
  tree = unpack {
    name = "example-tree";
    packages = debian "seed";
  };
in
  build {
    name = "example";
    script = ''
      mkdir -p $out/bin $out/share/licenses
      cp ${tree}/usr/bin/busybox $out/bin/httpd
      cp ${tree}/usr/share/doc/busybox-static/copyright $out/share/licenses/
    '';
  }
