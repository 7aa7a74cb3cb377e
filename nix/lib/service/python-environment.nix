# Wheels as a virtual environment in the store: what `nix develop` and the checks of a service run.
{
  # From nix/lib/build.nix.
  build,
  # From nix/toolchain.
  python,
  relocate,
  platform,
}: {
  # Name of the store path.
  name,
  # Sources, from nix/sources/poetry.nix.
  wheels,
}: let
  # Whole programs, which look for the host's loader (ruff is one).
  programs = relocate {
    name = "${name}-programs";
    tree = build {
      name = "${name}-programs-unpacked";
      env = {inherit wheels;};
      script = ''
        mkdir -p $out/usr/lib/${platform.triplet} $out/bin
        for wheel in $wheels; do
          case "$(unzip -l $wheel)" in
            *.data/scripts/*)
              unzip -q $wheel -d wheel
              cp wheel/*.data/scripts/* $out/bin/
              rm -r wheel
              ;;
          esac
        done
        chmod -R +x $out/bin
      '';
    };
  };
in
  build {
    inherit name;
    tools = [python];
    env = {inherit wheels;};
    script = ''
      packages=$out/lib/python3.11/site-packages
      mkdir -p $out/bin $packages
      printf 'home = %s\ninclude-system-site-packages = false\n' ${python}/bin >$out/pyvenv.cfg
      ln -s ${python}/bin/python $out/bin/python
      ln -s python $out/bin/python3
      for wheel in $wheels; do
        unzip -q -o $wheel -d $packages
      done
      for folder in $packages/*.data/purelib $packages/*.data/platlib; do
        [ ! -d "$folder" ] || cp -r "$folder"/. $packages
      done
      rm -rf $packages/*.data
      for file in ${programs}/bin/*; do
        [ ! -e "$file" ] || ln -s "$file" $out/bin/
      done
      # The commands that packages declare.
      awk '
        FNR == 1 { scripts = 0 }
        /^\[/ { scripts = $0 == "[console_scripts]"; next }
        scripts && split($0, parts, / *[=:] */) == 3 { print parts[1], parts[2], parts[3] }
      ' $packages/*.dist-info/entry_points.txt | while read -r command module function rest; do
        printf '#!%s/bin/python\nimport sys\n\nfrom %s import %s\n\nsys.exit(%s())\n' \
          $out $module ''${function%%.*} $function >$out/bin/$command
        chmod +x $out/bin/$command
      done
      python -m compileall -q -j 1 --invalidation-mode unchecked-hash $packages || true
    '';
  }
