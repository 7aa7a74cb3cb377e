# Every Rust file is formatted.
{
  build,
  cc,
  project,
}:
build {
  name = "check-rust-fmt";
  tools = [cc];
  script = ''
    cp -r ${project}/. .
    cargo fmt --check
    cargo fmt --check --manifest-path fuzz/Cargo.toml
    cargo fmt --check --manifest-path nix/toolchain/nix-tools/Cargo.toml
    touch $out
  '';
}
