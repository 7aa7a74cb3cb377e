# The lints of Cargo.toml and clippy.toml hold everywhere, tests included.
{
  workspace,
  project,
}:
workspace.cargo {
  name = "check-clippy";
  crates = workspace.members;
  tests = true;
  script = ''
    cp ${project}/clippy.toml .
    cargo clippy --release --frozen --workspace --all-targets -- --deny warnings
    touch $out
  '';
}
