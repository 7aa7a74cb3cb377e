# A program that comes whole in a wheel, with its licences.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # From relocate.nix.
  relocate,
}: {
  # The package, and the program in it.
  name,
  # Sources of the set that has it, from nix/sources/wheels.nix.
  wheels,
}: let
  wheel = builtins.head (builtins.filter (wheel: wheel.source.package == name) wheels);
in
  relocate {
    inherit name;
    tree = build {
      name = "${name}-unpacked";
      script = ''
        unzip -q ${wheel}
        mkdir -p $out/usr/lib/${platform.triplet} $out/bin $out/share/licenses/${name}
        cp *.data/scripts/${name} $out/bin/
        chmod +x $out/bin/${name}
        cp *.dist-info/licenses/* $out/share/licenses/${name}/
      '';
    };
  }
