# Programs written in Python, with the wheels that they need, as one virtual environment: apart from what a service has.
{
  # From nix/lib/build.nix.
  build,
  # From python.nix.
  python,
  # From wheel-program.nix.
  wheelProgram,
  # Sources of set `service`, from nix/sources/wheels.nix.
  wheels,
}: let
  ruff = wheelProgram {
    name = "ruff";
    inherit wheels;
  };
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
