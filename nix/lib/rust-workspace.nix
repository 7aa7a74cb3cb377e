# Builds the project's crates: dependencies once, in a derivation of their own, then one
# derivation for each program that sees the sources of its own crates only.
{
  # From build.nix.
  build,
  # From nix/toolchain: compilers and cargo.
  cc,
  bash,
  # From crate-vendor.nix: the crates of Cargo.lock.
  vendor,
  # The workspace's folder.
  root,
}: let
  directory = root + "/crates";
  members = builtins.attrNames (builtins.readDir directory);
  # NB: each file and folder becomes a store path of its own, so that a change elsewhere in the
  # project does not rebuild anything here.
  manifest = name:
    builtins.path {
      path = directory + "/${name}/Cargo.toml";
      name = "${name}-manifest";
    };
  file = name:
    builtins.path {
      path = root + "/${name}";
      inherit name;
    };
  source = name:
    builtins.path {
      path = directory + "/${name}";
      name = "${name}-source";
    };
  # A member that is not built is only a manifest with empty targets.
  stub = name: ''
    mkdir -p crates/${name}/src
    cp ${manifest name} crates/${name}/Cargo.toml
    ${
      if builtins.pathExists (directory + "/${name}/src/main.rs")
      then "echo 'fn main() {}' >crates/${name}/src/main.rs"
      else ""
    }
    ${
      if builtins.pathExists (directory + "/${name}/src/lib.rs")
      then ": >crates/${name}/src/lib.rs"
      else ""
    }
  '';
  # Lays out a workspace in which the given members are real.
  workspace = real: ''
    mkdir -p workspace cargo
    cd workspace
    cp ${file "Cargo.toml"} Cargo.toml
    cp ${file "Cargo.lock"} Cargo.lock
    ${builtins.concatStringsSep "\n" (map (name:
      if builtins.elem name real
      then "mkdir -p crates && cp -r ${source name} crates/${name}"
      else stub name)
    members)}
    chmod -R u+w .
    cp ${vendor}/config.toml ../cargo/
    export HOME=$PWD CARGO_HOME=$PWD/../cargo
  '';
  env = {
    CARGO_NET_OFFLINE = "true";
    CARGO_INCREMENTAL = "0";
    # NB: paths of the build would be inputs of the result and differ between builds.
    RUSTFLAGS = "--remap-path-prefix=${vendor}/crates=/vendor --remap-path-prefix=/build=/source";
  };
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
  tools = [adapted bash cc];
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

  # What is left of the empty members would pass for the real ones.
  forget = ''
    for name in ${toString members}; do
      find $out -depth \( -name "$name-*" -o -name "lib$(echo $name | tr - _)-*" -o -name "$(echo $name | tr - _)-*" \) -exec rm -r {} +
      rm -f $out/release/$name $out/release/$name.d
    done
  '';

  # Every dependency, compiled as the programs use it.
  dependencies = build {
    name = "groundwork-dependencies";
    inherit tools env;
    script = ''
      ${workspace []}
      export CARGO_TARGET_DIR=$out
      cargo build --release --frozen --workspace
      ${forget}
    '';
  };
  # The same, and what only tests and lints want: some features more, and metadata alone.
  testDependencies = build {
    name = "groundwork-test-dependencies";
    inherit tools env;
    script = ''
      cp -rp ${dependencies} $out
      chmod -R u+w $out
      ${workspace []}
      export CARGO_TARGET_DIR=$out
      cargo build --release --frozen --workspace --all-targets
      cargo check --release --frozen --workspace --all-targets
      ${forget}
    '';
  };
  # A member and the members that it depends on, directly or not.
  uses = name: let
    manifest = builtins.fromTOML (builtins.readFile (directory + "/${name}/Cargo.toml"));
    direct = builtins.attrNames (manifest.dependencies or {} // manifest.dev-dependencies or {});
    ours = builtins.filter (dependency: builtins.elem dependency members) direct;
  in
    [name] ++ builtins.concatMap uses ours;
in {
  inherit dependencies testDependencies members uses;

  # Runs cargo on the workspace with its dependencies compiled.
  cargo = {
    # Name of the store path.
    name,
    # Members whose sources are needed.
    crates,
    # Whether the script compiles tests or runs lints.
    tests ? false,
    # Shell commands; they start in the workspace.
    script,
  }:
    build {
      inherit name;
      inherit tools;
      env = env // {RUSTC_WORKSPACE_WRAPPER = "${remapped}/bin/rustc-remapped";};
      script = ''
        # NB: with other times than the store's, cargo takes every dependency for changed.
        cp -rp ${
          if tests
          then testDependencies
          else dependencies
        } target
        chmod -R u+w target
        export CARGO_TARGET_DIR=$PWD/target
        ${workspace crates}
        ${script}
      '';
    };
}
