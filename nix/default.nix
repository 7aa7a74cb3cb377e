# Everything that the flake offers, each layer made of the one before it:
# sources -> toolchain -> programs -> images -> stack -> launcher.
{
  # The platform, as in `x86_64-linux`.
  system,
  # The commit; null where the files are no commit's.
  rev ? null,
}: let
  root = ../.;
  # A folder of components/ or services/ each, in the order of the stack's waves.
  waves = ["system" "services"];
  components = import ./lib/components.nix {inherit root waves;};
  having = what: builtins.filter (component: component.${what} != null) components;
  byName = value: list:
    builtins.listToAttrs (map (component: {
        inherit (component) name;
        value = value component;
      })
      list);
  call = import ./lib/call.nix;
  # Both sets, of which no name may be in both.
  disjoint = programs: others: let
    twice = builtins.attrNames (builtins.intersectAttrs programs others);
  in
    if twice == []
    then programs // others
    else throw "components/${builtins.head twice}: the flake has an output of that name already\nhint: rename the folder";

  sources = import ./sources {inherit system root;};
  toolchain = import ./toolchain {inherit system sources;};
  inherit (toolchain) build cc shell runtime;

  crateVendor = import ./lib/crate-vendor.nix {
    inherit build;
    inherit (toolchain) bash;
  };
  vendor = crateVendor {
    name = "groundwork-crates";
    crates = sources.rust {
      lock = root + "/Cargo.lock";
      folder = ".";
    };
  };
  workspace = import ./lib/rust-workspace.nix {
    inherit build cc vendor root;
    inherit (toolchain) bash;
  };
  rustProgram = import ./lib/rust-program.nix {inherit workspace vendor;};
  # The members of the workspace that are programs.
  crates = builtins.listToAttrs (map (name: {
      inherit name;
      value = rustProgram.one name;
    })
    workspace.programs);

  goProgram = import ./lib/go-program.nix {
    inherit build cc;
    inherit (toolchain) go goStd;
    inherit (sources.go) vendor;
  };
  npmProgram = import ./lib/npm-program.nix {
    inherit build root;
    inherit (toolchain) node;
    inherit (sources) npm;
  };
  scope =
    toolchain
    // sources
    // {
      inherit goProgram crateVendor npmProgram components;
      goModule = sources.go.module;
    };
  # What components run, what the page is made of, and tools of the checks and the shell.
  programs =
    disjoint (byName (component: call scope component.program) (having "program"))
    {
      console-page = call scope ../services/console/page;
      browser-tests = call scope ../services/console/page/browser;
      act = call scope ./toolchain/act;
      actionlint = call scope ./toolchain/actionlint;
      gitleaks = call scope ./toolchain/gitleaks;
      kustomize = call scope ./toolchain/kustomize;
      nix-tools = call scope ./toolchain/nix-tools;
      service-tools = call (scope // {inherit (programs) kubernetes;}) ./toolchain/service-tools.nix;
    };

  bill = import ./lib/bill.nix {
    inherit build;
    inherit (crates) groundwork-bom;
    inherit (toolchain) go;
  };
  image = import ./lib/image.nix {
    inherit build bill;
    inherit (crates) groundwork-image;
  };
  user = import ./lib/user.nix;
  glibc = import ./lib/glibc-layer.nix {inherit runtime;};
  images = let
    parts =
      programs
      // crates
      // {
        inherit user glibc;
        inherit (toolchain) runtime jre git;
        crateLayer = import ./lib/crate-layer.nix;
      };
    specOf = component: let
      program =
        if component.crate == null
        then programs.${component.name}
        else crates.${component.crate};
    in
      call (parts
        // {
          inherit program;
          staticImage = import ./lib/static-image.nix {inherit user program;};
        })
      component.image;
  in
    byName (component: image ({inherit (component) name;} // specOf component)) (having "image");
  namesOf = map (component: component.name);
  # The stack of all components that are not optional, and of the given ones.
  stackWith = optional: variants:
    import ./stack {
      components = builtins.filter (component: !component.optional || builtins.elem component.name (namesOf optional)) components;
      inherit build waves programs images root variants;
      templates = templateFiles;
    };
  # NB: twice as many with each optional component. They are texts, and none is built with the stack.
  variants =
    map (optional: {
      inherit optional;
      stack = stackWith optional [];
    }) (builtins.filter (optional: optional != [])
      (import ./lib/subsets.nix (builtins.filter (component: component.optional) components)));
  stack = stackWith [] variants;
  # Everything that there is, for the checks.
  wholeStack =
    builtins.foldl' (largest: variant:
      if builtins.length variant.optional > builtins.length largest.optional
      then variant
      else largest) {
      optional = [];
      inherit stack;
    }
    variants;
  # All files of the project, for the checks that read them as text.
  project = builtins.path {
    path = root;
    name = "groundwork-project";
  };
  # Those of them whose paths in it are `wanted`, a regular expression, and all folders: a change of another file is none of the check's.
  projectFiles = wanted:
    builtins.path {
      path = root;
      name = "groundwork-files";
      filter = path: type: type == "directory" || builtins.match wanted (builtins.substring (builtins.stringLength (toString root) + 1) (-1) path) != null;
    };
  # Each an app of the flake.
  commands = ["doctor" "up" "diff" "render" "status" "open" "logs" "validate" "bench" "ci" "release" "down" "destroy" "topics" "produce" "consume" "secret" "kubectl" "new" "deploy" "dev" "run" "service" "services" "rollback" "remove" "image" "database"];
  launcher = import ./lib/launcher.nix {
    inherit build shell stack commands;
    inherit (crates) groundwork;
  };
  devShell = import ./lib/dev-shell.nix {
    inherit system build launcher;
    inherit (toolchain) unpack bash;
    inherit (sources) debian;
    inherit (programs) gitleaks kubernetes;
  };
  templateFiles = import ./lib/service/templates.nix {inherit build root;};
  # A person's service by its repository's folder, and those that templates are.
  service = import ./lib/service {
    inherit root;
    templates = templateFiles;
    scope = scope // programs // {inherit image glibc user devShell;};
  };
  variantOf = name: without:
    service {
      src = root + "/templates/${name}";
      inherit without;
    };
  templates = builtins.mapAttrs (name: _type: variantOf name []) (builtins.readDir (root + "/templates"));
  listed = import ./sources/list.nix {
    inherit sources root components;
    services = builtins.concatMap (template: template.sources) (builtins.attrValues templates);
  };
  dev = import ./dev.nix {
    inherit build cc stack vendor;
    inherit (toolchain) bash;
    inherit (workspace) adapted;
    lock = root + "/Cargo.lock";
  };
  published = import ./lib/published.nix {inherit build system;};
  inherit ((builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package) version;
  # What each image, the launcher, and the node's own programs are made of.
  bills =
    builtins.mapAttrs (_name: image: image.bill) (images
      // builtins.listToAttrs (map (name: {
        name = "template-${name}";
        value = templates.${name}.image;
      }) (builtins.attrNames templates)))
    // {
      groundwork = bill {
        name = "groundwork";
        inherit version;
        sources = crates.groundwork.bill ++ runtime.bill;
      };
      node = bill {
        name = "node";
        inherit version;
        sources = builtins.concatMap (component: programs.${component.name}.bill or []) (builtins.filter (component: component.image == null) (having "program"));
      };
    };
  packages =
    builtins.listToAttrs (map (name: {
      name = "image-${name}";
      value = images.${name};
    }) (builtins.attrNames images))
    // builtins.listToAttrs (map (name: {
      name = "image-template-${name}";
      value = templates.${name}.image;
    }) (builtins.attrNames templates))
    // builtins.listToAttrs (map (name: {
      name = "bill-${name}";
      value = bills.${name};
    }) (builtins.attrNames bills))
    # What these are made of, to be compared with a rebuild.
    // builtins.listToAttrs (builtins.concatMap (kind:
      map (part: {
        name = "template-${kind}-${part}";
        value = templates.${kind}.parts.${part};
      }) (builtins.attrNames templates.${kind}.parts))
    (builtins.attrNames templates))
    // builtins.removeAttrs crates ["groundwork"]
    # What `up --with` builds; the names are those of the optional components, '-' between.
    // builtins.listToAttrs (map (variant: {
        name = "stack-with-${builtins.concatStringsSep "-" (namesOf variant.optional)}";
        value = variant.stack;
      })
      variants)
    // disjoint programs {
      inherit (toolchain) cc go jdk node python;
      fetch-maven = toolchain.mavenClient;
      fetch-pip = toolchain.pipClient;
      inherit stack;
      published = published {
        inherit images rev;
        sources = listed;
      };
      bills = build {
        name = "bills";
        script = ''
          mkdir $out
          ${builtins.concatStringsSep "\n" (map (name: ''
            cp ${bills.${name}}/*.cdx.json $out/${name}.cdx.json
            cp ${bills.${name}}/*.spdx.json $out/${name}.spdx.json
          '') (builtins.attrNames bills))}
        '';
      };
      crate-dependencies = workspace.dependencies;
      crate-test-dependencies = workspace.testDependencies;
      fetch-go-bootstrap = toolchain.goBootstrap;
      groundwork-unwrapped = crates.groundwork;
      # To be compared with the programs.
      inherit (rustProgram) whole;
      groundwork = launcher;
      default = launcher;
    };
  checks = import ./checks {
    scope =
      scope
      // crates
      // programs
      // {
        inherit system programs crates commands images stack workspace project projectFiles templates variantOf;
        inherit (packages) bills;
        wholeStack = wholeStack.stack;
      };
  };
  devShells = let
    tools =
      toolchain
      // programs
      // {
        inherit dev devShell;
      };
  in {
    default = call tools ./shell.nix;
    service = call tools ./shell-service.nix;
  };
  rebuilt = import ./rebuilt.nix {
    inherit build packages;
    script = root + "/scripts/verify-reproducible.sh";
  };
  builds = import ./builds.nix {inherit components variants packages checks devShells rebuilt;};
in {
  inherit rebuilt packages checks devShells;
  apps =
    builtins.listToAttrs (map (name: {
        inherit name;
        value = {
          type = "app";
          program = "${launcher}/libexec/${name}";
          meta.description = "groundwork ${name}, with this project's stack";
        };
      })
      commands)
    // {
      scan = {
        type = "app";
        program = "${build {
          name = "scan";
          script = ''
            printf '#!%s\nPATH=%s/bin:%s/bin:$PATH exec bash %s/scripts/scan.sh %s "$@"\n' \
              ${shell}/bin/sh ${crates.groundwork-bom} ${toolchain.go} ${project} ${packages.bills} >$out
            chmod +x $out
          '';
        }}";
        meta.description = "what images and programs are made of, compared with advisories";
      };
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
  sources = listed;
  # What scripts/build.sh builds, in its order.
  inherit builds;
  # What `groundwork ci` runs.
  pipeline = import ./pipeline.nix {inherit system root packages checks;};
  # The outputs of a service's own flake.
  service = import ./lib/service/flake.nix {
    inherit system build shell service published project;
    inherit (builds) clients;
    sources = listed;
    describe = import ./sources/describe.nix;
  };
}
