# The workspace's programs, built from the sources of the crates that they use.
{
  # From rust-workspace.nix.
  workspace,
  # The crates as cargo sees them.
  vendor,
}: let
  compile = programs: ''
    # NB: --package alone would choose other features of the dependencies than they are compiled with.
    cargo build --release --frozen --workspace ${programs}'';
  install = name: out: ''
    mkdir -p ${out}/bin ${out}/share/licenses
    cp $CARGO_TARGET_DIR/release/${name} ${out}/bin/
    ${import ./crate-licences.nix {
      inherit vendor;
      package = name;
    }} >${out}/share/licenses/${name}.txt'';
in {
  # One of them, over the libraries that it uses.
  one = name:
    workspace.cargo {
      inherit name;
      crates = [name] ++ workspace.dependenciesOf name;
      compiled = workspace.dependenciesOf name;
      script = ''
        ${compile "--bin ${name}"}
        ${install name "$out"}
      '';
    }
    // {bill = workspace.billOf name;};
  # All of them, each in a folder of its name, compiled in one piece and over no library.
  whole = workspace.cargo {
    name = "whole";
    crates = workspace.members;
    script = ''
      ${compile "--bins"}
      ${builtins.concatStringsSep "\n" (map (name: install name "$out/${name}") workspace.programs)}
    '';
  };
}
