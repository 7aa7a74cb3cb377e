# One program of the workspace, built from the sources of the crates that it uses.
{
  # From rust-workspace.nix.
  cargo,
  dependenciesOf,
  billOf,
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
      ${import ./crate-licences.nix {
        inherit vendor;
        package = name;
      }} >$out/share/licenses/${name}.txt
    '';
  }
  // {bill = billOf name;}
