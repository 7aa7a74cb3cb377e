# Debian's pip on Debian's Python; scripts/fetch-sources.sh alone uses it.
{
  # From nix/lib/build.nix.
  build,
  # For the wrapper's first line.
  shell,
  # From relocate.nix and unpack.nix.
  relocate,
  unpack,
  # Sources of set `pip`.
  packages,
}: let
  tree = relocate {
    name = "pip-tree";
    tree = unpack {
      name = "pip-unpacked";
      inherit packages;
    };
  };
in
  build {
    name = "pip";
    script = ''
      mkdir -p $out/bin
      printf '#!${shell}/bin/sh\nexec ${tree}/usr/bin/python3.11 -m pip "$@"\n' >$out/bin/pip
      chmod +x $out/bin/pip
    '';
  }
