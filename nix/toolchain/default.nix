# seed -> shell -> runtime -> relocated Debian toolchain (C, Rust) -> Go.
{
  # The platform.
  system,
  # From nix/sources.
  sources,
}: let
  platform = import ../lib/platform.nix {inherit system;};
  inherit (sources) seed debian wheels;
  shell = import ./shell.nix {inherit system seed;};
  build = import ../lib/build.nix {inherit system shell;};
  unpack = import ./unpack.nix {inherit build;};
  billed = import ../lib/billed.nix;
  runtime = billed (debian "runtime") "share/licenses" (import ./runtime.nix {
    inherit platform build;
    tree = unpack {
      name = "runtime-tree";
      packages = debian "runtime";
    };
  });
  tree = unpack {
    name = "toolchain-tree";
    packages = debian "toolchain";
  };
  relocate = import ./relocate.nix {
    inherit platform build runtime;
    patchelf = tree;
  };
  toolchain = relocate {
    name = "toolchain";
    inherit tree;
  };
  go = import ./go.nix {
    inherit build;
    distribution = sources.goDistribution;
  };
  bash = import ./bash.nix {
    inherit build unpack;
    packages = debian "shell";
  };
  jdk = import ./jdk.nix {
    inherit platform relocate unpack;
    packages = debian "jdk";
  };
  pythonTree = unpack {
    name = "python-tree";
    packages = debian "python";
  };
  python = import ./python.nix {
    inherit relocate;
    tree = pythonTree;
  };
  wheelProgram = import ./wheel-program.nix {inherit platform build relocate;};
in {
  inherit billed platform shell build unpack runtime relocate toolchain go bash jdk python;
  pythonRuntime = billed (debian "python") "usr/share/licenses" (import ./python-runtime.nix {
    inherit platform relocate runtime;
    tree = pythonTree;
  });
  node = import ./node.nix {
    inherit platform build shell relocate unpack;
    packages = debian "node";
    distribution = sources.nodeDistribution;
  };
  pipClient = import ./pip.nix {
    inherit build shell relocate unpack;
    packages = debian "pip";
  };
  pythonTools = import ./python-tools.nix {
    inherit build python wheelProgram;
    wheels = wheels "service";
  };
  zizmor = wheelProgram {
    name = "zizmor";
    wheels = wheels "workflows";
  };
  git = billed (debian "git") "usr/share/licenses" (import ./git.nix {
    inherit unpack relocate;
    packages = debian "git";
  });
  jre = billed (debian "jdk") "share/licenses" (import ./jre.nix {inherit platform build relocate runtime jdk;});
  mavenClient = import ./maven.nix {
    inherit platform build shell relocate unpack jdk;
    packages = debian "maven";
  };
  cc = import ./cc.nix {inherit platform build shell runtime toolchain;};
  goStd = import ./go-std.nix {inherit build go;};
  goBootstrap = import ./go-bootstrap.nix {
    inherit platform build shell runtime;
    tree = unpack {
      name = "go-bootstrap-tree";
      packages = debian "go-bootstrap";
    };
  };
}
