# The lints of Cargo.toml and clippy.toml hold everywhere, tests included.
{workspace}: let
  # By itself, so that a change of any other file is none of this check's.
  configuration = builtins.path {path = ../../clippy.toml;};
in
  workspace.cargo {
    name = "check-clippy";
    crates = workspace.members;
    tests = true;
    script = ''
      cp ${configuration} clippy.toml
      cargo clippy --release --frozen --workspace --all-targets -- --deny warnings
      touch $out
    '';
  }
