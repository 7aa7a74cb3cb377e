# The kind `axum`: a service in Rust, on the platform's own crates, with the packages of its Cargo.lock.
{
  # From nix/lib.
  build,
  image,
  glibc,
  user,
  devShell,
  crateVendor,
  # From nix/toolchain.
  cc,
  bash,
  service-tools,
  # From nix/sources/rust.nix.
  rust,
}: let
  cargoTools = import ../cargo-tools.nix {inherit build cc bash;};
  features = ["database" "kafka"];
in
  {
    src,
    about,
    hint,
    take,
    # The store's copy of one of the platform's crates, by its folder in platform/.
    platformCrate,
    # Its folder in the project, for the client; the whole path of a service's own repository.
    folder,
  }: let
    sources = rust {
      lock = src + "/Cargo.lock";
      inherit folder hint;
    };
    vendor = crateVendor {
      name = "service-crates";
      crates = sources;
    };
    text = file: builtins.readFile (src + "/${file}");
    # NB: the same for services of each name and with each feature, so that they share what is compiled of it.
    manifest = let
      lines = feature: ["    \"${feature}\",\n" "    # [${feature}]\n" "    # [/${feature}]\n"];
      left = builtins.concatMap lines features;
      named = builtins.replaceStrings ["description = \"${about.name}\"\n"] ["description = \"a service\"\n"];
    in
      builtins.toFile "Cargo.toml" (builtins.replaceStrings left (map (_: "") left) (named (text "Cargo.toml")));
    crates = builtins.attrNames (builtins.readDir (src + "/platform"));
    # Lays out the workspace with the platform's crates by `lay`, and a service that does nothing.
    workspaceWith = lay: ''
      mkdir -p service/platform cargo
      cd service
      cp ${manifest} Cargo.toml
      cp ${builtins.toFile "Cargo.lock" (text "Cargo.lock")} Cargo.lock
      ${builtins.concatStringsSep "\n" (map lay crates)}
      chmod -R u+w .
      mkdir -p src tests/unit tests/integration
      : >src/lib.rs
      for file in src/main.rs tests/unit/main.rs tests/integration/main.rs; do
        echo 'fn main() {}' >$file
      done
      cp ${vendor}/config.toml ../cargo/
      export HOME=$PWD CARGO_HOME=$PWD/../cargo
    '';
    workspace = workspaceWith (name: "cp -rp ${platformCrate name} platform/${name}");
    # The same with crates that are only manifests.
    manifests = workspaceWith (name: "mkdir -p platform/${name}/src && cp ${platformCrate "${name}/Cargo.toml"} platform/${name}/Cargo.toml && : >platform/${name}/src/lib.rs");
    options = "--release --frozen --no-default-features --features '${toString about.features}'";
    # Cargo in a workspace of its own, over what has been compiled.
    cargo = {
      name,
      script,
      over ? null,
      laidOut ? workspace,
    }:
      build {
        inherit name;
        inherit (cargoTools) tools;
        env = cargoTools.env vendor // cargoTools.wrapper;
        script = ''
          ${
            if over == null
            then "export CARGO_TARGET_DIR=$out"
            else cargoTools.layTarget [over]
          }
          ${laidOut}
          ${script}
        '';
      };
    # Artefacts of a package that does nothing would pass for the real one.
    forget = names: ''
      for name in ${toString names}; do
        find $out -depth \( -name "$name-????????????????*" -o -name "lib$name-????????????????*" \) -exec rm -r {} +
        rm -f $out/release/$name $out/release/$name.d $out/release/lib$name.*
      done
    '';
    ofService = ["service" "unit" "integration"];
    ofPlatform = crates ++ map (builtins.replaceStrings ["-"] ["_"]) crates;
    compile = ''
      cargo build ${options} --bin service
      cargo build ${options} --all-targets
    '';
    # The lock's packages. NB: without the service's name, so that services of one lock share them.
    packages = cargo {
      name = "service-packages";
      laidOut = manifests;
      script = ''
        ${compile}
        ${forget (ofService ++ ofPlatform)}
      '';
    };
    # And the platform's crates.
    dependencies = cargo {
      name = "service-dependencies";
      over = packages;
      script = ''
        ${compile}
        cp -rp $CARGO_TARGET_DIR $out
        ${forget ofService}
      '';
    };
    # And what lints want of them: metadata alone.
    checked = cargo {
      name = "service-dependencies-checked";
      over = dependencies;
      script = ''
        cargo check ${options} --all-targets
        cp -rp $CARGO_TARGET_DIR $out
        ${forget ofService}
      '';
    };
    real = ''
      rm -r src tests
      cp -rp ${take "src"} src
      cp -rp ${take "tests"} tests
      cp ${take "Cargo.toml"} Cargo.toml
      cp ${take "clippy.toml"} clippy.toml
      chmod -R u+w .
    '';
    tree = cargo {
      name = "service-crates-tree";
      laidOut = manifests;
      script = "${import ../crate-tree.nix {
        package = "service";
        inherit options;
      }} >$out";
    };
    program = cargo {
      name = "${about.name}-program";
      over = dependencies;
      script = ''
        rm -r src
        cp -rp ${take "src"} src
        cp ${take "Cargo.toml"} Cargo.toml
        chmod -R u+w .
        cargo build ${options} --bin service
        mkdir -p $out/bin $out/share/licenses
        cp $CARGO_TARGET_DIR/release/service $out/bin/
        ${import ../crate-licences.nix {
          inherit vendor;
          package = "service";
          inherit options;
        }} >$out/share/licenses/service.txt
      '';
    };
    # Runs a command in a copy of what is checked.
    check = name: over: command:
      {inherit command over;}
      // cargo {
        name = "${about.name}-${name}";
        inherit over;
        script = ''
          ${real}
          ${command}
          touch $out
        '';
      };
  in {
    inherit program check sources;
    # Of what the image is made here.
    parts = {inherit program;};
    version = (builtins.fromTOML (text "Cargo.toml")).package.version;
    image = image {
      inherit (about) name;
      layers = [
        user.layer
        glibc
        (import ../crate-layer.nix (program
          // {
            name = "service";
            bill = [
              {
                kind = "cargo";
                inherit tree;
                lock = builtins.toFile "Cargo.lock" (text "Cargo.lock");
              }
            ];
          }))
      ];
      config = {
        entrypoint = ["/bin/service"];
        user = user.name;
        env.LISTEN = "0.0.0.0:8080";
      };
    };
    # A debugger attaches to a program in Rust from outside.
    debugImage = null;
    shell = devShell {
      name = "${about.name}-shell";
      tools = [cc cargoTools.adapted service-tools];
      hook = import ../certificates-hook.nix;
    };
    checks = {
      lint = check "lint" checked "cargo fmt --check --package service && cargo clippy ${options} --no-deps --all-targets -- --deny warnings";
      unit-tests = check "unit-tests" dependencies "cargo test ${options} --test unit";
    };
  }
