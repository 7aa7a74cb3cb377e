# The kind `fastapi`: a service in Python, whose packages are those of its poetry.lock.
{
  # From nix/lib.
  build,
  image,
  glibc,
  user,
  devShell,
  # From nix/toolchain.
  platform,
  python,
  pythonRuntime,
  pythonTools,
  relocate,
  service-tools,
  # From nix/sources/poetry.nix.
  poetry,
}: let
  pythonPackages = import ./python-packages.nix {inherit build python;};
  pythonEnvironment = import ./python-environment.nix {inherit build python relocate platform;};
in
  {
    src,
    about,
    hint,
    take,
    ...
  }: let
    wheels = groups:
      poetry {
        lock = src + "/poetry.lock";
        inherit groups hint;
      };
    place = "/app/packages";
    groups = ["main"] ++ about.features;
    # NB: without the service's name, so that services of one lock share them, in the store and on a node.
    packages = pythonPackages {
      name = "service-packages";
      wheels = wheels groups;
      inherit place;
    };
    environment = pythonEnvironment {
      name = "service-environment";
      wheels = wheels (groups ++ ["dev"]);
    };
    source = build {
      name = "${about.name}-source";
      tools = [python];
      script = ''
        mkdir $out
        cp -r ${take "src"} $out/src
        chmod -R u+w $out
        python -m compileall -q -j 1 --invalidation-mode unchecked-hash -s $out -p /app $out/src
      '';
    };
    # Runs a command in a copy of what is checked.
    check = name: command:
      {inherit command;}
      // build {
        name = "${about.name}-${name}";
        tools = [environment pythonTools];
        env.PYTHONDONTWRITEBYTECODE = "1";
        script = ''
          export HOME=$PWD
          mkdir service
          cd service
          cp -r ${take "src"} src
          cp -r ${take "tests"} tests
          cp ${take "pyproject.toml"} pyproject.toml
          cp ${take "poetry.lock"} poetry.lock
          chmod -R u+w .
          ${command}
          touch $out
        '';
      };
    # From what is the same in all services to what changes with each line.
    imageOf = {
      packages,
      command,
    }:
      image {
        inherit (about) name;
        layers = [
          user.layer
          glibc
          {
            store_paths = [pythonRuntime];
            inherit (pythonRuntime) bill;
            symlinks = [
              {
                target = "${pythonRuntime}/usr/bin/python";
                link = "/bin/python";
              }
              {
                target = "${pythonRuntime}/usr/share/licenses";
                link = "/usr/share/licenses/python";
              }
            ];
          }
          {
            inherit (packages) bill;
            files = [
              {
                source = packages;
                target = place;
              }
            ];
          }
          {
            bill = [];
            files = [
              {
                source = "${source}/src";
                target = "/app/src";
              }
            ];
          }
        ];
        config = {
          entrypoint = ["/bin/python"] ++ command;
          user = user.name;
          working_dir = "/app";
          env = {
            LISTEN_HOST = "0.0.0.0";
            PYTHONDONTWRITEBYTECODE = "1";
            PYTHONPATH = place;
          };
        };
      };
  in {
    inherit packages source check;
    # Of what the image is made here.
    parts = {inherit packages source;};
    inherit ((builtins.fromTOML (builtins.readFile (src + "/pyproject.toml"))).project) version;
    # Of every group, also of features that this service does not use: its lock has them.
    sources = wheels ["main" "kafka" "database" "debug" "dev"];
    image = imageOf {
      inherit packages;
      command = ["-m" "src.main"];
    };
    # The same with a debugger's port on the pod's own loopback.
    debugImage = imageOf {
      packages = pythonPackages {
        name = "service-debug-packages";
        wheels = wheels (groups ++ ["debug"]);
        inherit place;
      };
      command = ["-X" "frozen_modules=off" "-m" "debugpy" "--listen" "127.0.0.1:5678" "-m" "src.main"];
    };
    shell = devShell {
      name = "${about.name}-shell";
      tools = [environment service-tools];
      hook = import ../certificates-hook.nix;
    };
    checks = {
      lint = check "lint" "ruff check --no-cache . && ruff format --no-cache --check .";
      types = check "types" "mypy --no-incremental";
      unit-tests = check "unit-tests" "pytest -p no:cacheprovider tests/unit";
      lock = check "lock" "poetry check --lock";
    };
  }
