# What every build by cargo has: compilers, and settings under which the bits do not depend on where it is built.
{
  # From build.nix.
  build,
  # From nix/toolchain: compilers and cargo, and a shell for make.
  cc,
  bash,
}: let
  # For C libraries that crates bring along. NB: make looks for /bin/sh, which the sandbox lacks, and
  # takes another shell from its arguments only; and what is copied from the store is read-only.
  adapted = build {
    name = "adapted-tools";
    script = ''
      mkdir -p $out/bin
      printf '#!${bash}/bin/bash\nexec ${cc}/bin/make SHELL=${bash}/bin/bash "$@"\n' >$out/bin/make
      printf '#!${bash}/bin/bash\n%s "$@" && chmod -R u+w "''${!#}"\n' $(which cp) >$out/bin/cp
      chmod +x $out/bin/*
    '';
  };
  # NB: the folder of a build can be chosen, and RUSTFLAGS cannot follow it: cargo would take every
  # dependency for changed. A wrapper of the members alone can.
  remapped = build {
    name = "rustc-remapped";
    script = ''
      mkdir -p $out/bin
      printf '#!%s\nexec "$@" --remap-path-prefix=$NIX_BUILD_TOP=/source\n' $(which sh) >$out/bin/rustc-remapped
      chmod +x $out/bin/rustc-remapped
    '';
  };
in {
  inherit adapted;
  tools = [adapted bash cc];
  # With the crates of `vendor`, from crate-vendor.nix.
  env = vendor: {
    CARGO_NET_OFFLINE = "true";
    CARGO_INCREMENTAL = "0";
    # NB: paths of the build would be inputs of the result and differ between builds.
    RUSTFLAGS = "--remap-path-prefix=${vendor}/crates=/vendor --remap-path-prefix=/build=/source";
  };
  # Beside `env` for what compiles members of the workspace.
  wrapper.RUSTC_WORKSPACE_WRAPPER = "${remapped}/bin/rustc-remapped";
  # A shell script's lines: a target of links into `layers`, as copies would take longer than most of what is compiled.
  # NB: they keep the store's times; with others cargo takes everything for changed.
  layTarget = layers: ''
    for part in .fingerprint build deps; do
      mkdir -p target/release/$part
      for layer in ${toString layers}; do
        ! test -e $layer/release/$part || ln -s $layer/release/$part/* target/release/$part/
      done
    done
    export CARGO_TARGET_DIR=$PWD/target
  '';
}
