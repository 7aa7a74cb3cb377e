# One program of the workspace, built from the sources of the crates that it uses.
{
  # From rust-workspace.nix.
  cargo,
  dependenciesOf,
  # The crates as cargo sees them.
  vendor,
}: {
  # The program, and the crate that holds it.
  name,
  # Compile what it uses once more, rather than take the libraries.
  whole ? false,
}: let
  used = dependenciesOf name;
in
  cargo {
    inherit name;
    crates = [name] ++ used;
    compiled =
      if whole
      then []
      else used;
    script = ''
      # NB: --package alone would choose other features of the dependencies than they are compiled with.
      cargo build --release --frozen --workspace --bin ${name}
      mkdir -p $out/bin $out/share/licenses
      cp $CARGO_TARGET_DIR/release/${name} $out/bin/
      cargo tree --frozen --package ${name} --edges normal --prefix none --format '{p}' |
        sed -nE 's/^([^ ]+) v([^ ]+).*/\1-\2/p' | sort -u | while read -r crate; do
        for file in ${vendor}/crates/$crate/LICEN[SC]E* ${vendor}/crates/$crate/COPYING* ${vendor}/crates/$crate/NOTICE*; do
          if [ -f "$file" ]; then
            printf '%s: %s\n\n' $crate "''${file##*/}"
            cat "$file"
            printf '\n\n'
          fi
        done
      done >$out/share/licenses/${name}.txt
    '';
  }
