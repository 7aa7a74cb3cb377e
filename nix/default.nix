# Everything that the flake offers, each layer made of the one before it:
# sources -> toolchain -> packages -> images -> stack -> launcher.
{
  # The platform, as in `x86_64-linux`.
  system,
}: let
  sources = import ./sources {inherit system;};
  toolchain = import ./toolchain {inherit system sources;};
  inherit (toolchain) build cc shell runtime;

  crateVendor = import ./lib/crate-vendor.nix {
    inherit build;
    inherit (toolchain) bash;
  };
  vendor = crateVendor {
    name = "groundwork-crates";
    crates = sources.rust {
      lock = ../Cargo.lock;
      folder = ".";
    };
  };
  workspace = import ./lib/rust-workspace.nix {
    inherit build cc vendor;
    inherit (toolchain) bash;
    root = ../.;
  };
  rustProgram = import ./lib/rust-program.nix {
    inherit (workspace) cargo uses;
    inherit vendor;
  };
  crates =
    builtins.listToAttrs (map (name: {
      inherit name;
      value = rustProgram {inherit name;};
    }) ["groundwork" "groundwork-console" "groundwork-image" "hello" "canary"])
    // {
      kafka-broker = rustProgram {
        name = "kafka-broker";
        crate = "groundwork-events";
      };
    };

  goProgram = import ./lib/go-program.nix {
    inherit build cc;
    inherit (toolchain) go goStd;
    inherit (sources.go) vendor;
  };
  npmProgram = import ./lib/npm-program.nix {
    inherit build;
    inherit (toolchain) node;
    inherit (sources) npm;
    root = ../.;
  };
  programs = import ./packages {
    scope =
      toolchain
      // sources
      // {
        inherit goProgram crateVendor npmProgram;
        goModule = sources.go.module;
      };
  };

  image = import ./lib/image.nix {
    inherit build;
    inherit (crates) groundwork-image;
  };
  images = import ./images {
    inherit image;
    scope =
      programs
      // crates
      // {
        inherit (toolchain) runtime jre;
        user = import ./lib/user.nix;
        glibc = import ./lib/glibc-layer.nix {inherit (toolchain) runtime;};
      };
  };
  stack = import ./stack {inherit build programs images;};
  # All files of the project, for the checks that read them as text.
  project = builtins.path {
    path = ../.;
    name = "groundwork-project";
  };
  # Each an app of the flake.
  commands = ["doctor" "up" "status" "open" "logs" "validate" "bench" "down" "destroy" "topics" "produce" "consume" "secret" "kubectl"];
  launcher = import ./lib/launcher.nix {
    inherit build shell stack commands;
    inherit (crates) groundwork;
  };
in {
  packages =
    programs
    // builtins.listToAttrs (map (name: {
      name = "image-${name}";
      value = images.${name};
    }) (builtins.attrNames images))
    // {
      inherit (toolchain) cc go jdk node;
      fetch-maven = toolchain.mavenClient;
      fetch-pip = toolchain.pipClient;
      inherit (crates) hello canary groundwork-console groundwork-image;
      inherit stack;
      crate-dependencies = workspace.dependencies;
      crate-test-dependencies = workspace.testDependencies;
      fetch-go-bootstrap = toolchain.goBootstrap;
      groundwork-unwrapped = crates.groundwork;
      groundwork = launcher;
      default = launcher;
    };
  apps = builtins.listToAttrs (map (name: {
      inherit name;
      value = {
        type = "app";
        program = "${launcher}/libexec/${name}";
        meta.description = "groundwork ${name}, with this project's stack";
      };
    })
    commands);
  shell = import ./shell.nix {
    inherit system build cc launcher;
    inherit (toolchain) unpack bash go;
    inherit (sources) debian;
    inherit (programs) gitleaks kubernetes nix-tools;
  };
  checks = import ./checks {
    scope =
      toolchain
      // sources
      // crates
      // programs
      // {inherit programs images stack workspace project npmProgram;};
  };
  formatter = build {
    name = "nix-fmt";
    script = ''
      mkdir -p $out/bin
      printf '#!%s\nexec %s format "$@"\n' ${shell}/bin/sh ${programs.nix-tools}/bin/nix-tools >$out/bin/nix-fmt
      chmod +x $out/bin/nix-fmt
    '';
  };
  # What scripts/fetch-sources.sh brings in, in an order in which each client can be built.
  sources = import ./sources/list.nix {inherit sources;};
}
