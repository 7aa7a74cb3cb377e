# Debian's static bash: the shell of `nix develop`, and of build scripts that busybox does not understand.
{
  # From nix/lib/build.nix.
  build,
  # From unpack.nix.
  unpack,
  # Sources of set `shell`.
  packages,
}:
build {
  name = "bash";
  script = ''
    mkdir -p $out/bin $out/share
    cp ${unpack {
      name = "bash-tree";
      inherit packages;
    }}/usr/bin/bash-static $out/bin/bash
  '';
}
