# The few commands that local-path-provisioner's helper pods run.
{
  # From nix/toolchain.
  unpack,
  build,
  billed,
  # From nix/sources.
  debian,
}: let
  tree = unpack {
    name = "local-path-helper-tree";
    packages = debian "seed";
  };
in
  billed (debian "seed") "share/licenses" (build {
    name = "local-path-helper";
    script = ''
      mkdir -p $out/bin $out/share/licenses/busybox-static
      cp ${tree}/usr/bin/busybox $out/bin/
      for applet in sh mkdir rm chmod; do
        ln -s busybox $out/bin/$applet
      done
      cp ${tree}/usr/share/doc/busybox-static/copyright $out/share/licenses/busybox-static/
    '';
  })
