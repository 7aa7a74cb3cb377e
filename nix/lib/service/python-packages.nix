# Wheels as one folder that Python takes for PYTHONPATH, with bytecode.
{
  # From nix/lib/build.nix.
  build,
  # From nix/toolchain.
  python,
}: {
  # Name of the store path.
  name,
  # Sources, from nix/sources/poetry.nix.
  wheels,
  # Where the folder is in the image: bytecode names its source's place.
  place,
}: let
  packages = build {
    inherit name;
    tools = [python];
    env = {inherit wheels;};
    script = ''
      mkdir $out
      for wheel in $wheels; do
        unzip -q -o $wheel -d $out
      done
      # What a wheel has beside modules: some for this folder, and programs and headers that a service does not run.
      for folder in $out/*.data/purelib $out/*.data/platlib; do
        [ ! -d "$folder" ] || cp -r "$folder"/. $out
      done
      rm -rf $out/*.data
      # NB: a file that is no Python of this version, as some packages have, is left without; -j 1 keeps the bits the same.
      python -m compileall -q -j 1 --invalidation-mode unchecked-hash -s $out -p ${place} $out || true
    '';
  };
in
  packages
  // {
    bill = [
      {
        kind = "python";
        inherit packages;
        pins = import ../pins.nix wheels;
      }
    ];
  }
