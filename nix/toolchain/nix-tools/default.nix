# alejandra and deadnix behind one small command line: `nix fmt`, and two of the checks.
{
  # From nix/toolchain.
  build,
  cc,
  # From nix/sources.
  rust,
  # From nix/lib.
  crateVendor,
}: let
  vendor = crateVendor {
    name = "nix-tools-crates";
    crates = rust {
      lock = ./Cargo.lock;
      folder = "nix/toolchain/nix-tools";
    };
  };
in
  build {
    name = "nix-tools";
    tools = [cc];
    env.RUSTFLAGS = "--remap-path-prefix=${vendor}/crates=/vendor --remap-path-prefix=/build=/source";
    script = ''
      export HOME=$PWD CARGO_HOME=$PWD/cargo
      mkdir cargo main
      cp ${vendor}/config.toml cargo/
      cp ${./Cargo.toml} main/Cargo.toml
      cp ${./Cargo.lock} main/Cargo.lock
      cp -r ${./src} main/src
      cargo build --release --frozen --manifest-path main/Cargo.toml
      mkdir -p $out/bin
      cp main/target/release/nix-tools $out/bin/
    '';
  }
