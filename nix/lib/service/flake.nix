# The outputs of a service's own flake: `groundwork.lib.service {src = self;}`.
{
  # The platform.
  system,
  # From nix/lib/build.nix and nix/toolchain.
  build,
  shell,
  # From nix/lib/service and nix/lib/published.nix.
  service,
  published,
  # The project's files, what it brings in (nix/sources/list.nix) and with which clients (nix/builds.nix).
  project,
  sources,
  describe,
  clients,
}: {src}: let
  made = service {
    inherit src;
    hint = "run 'nix run .#fetch' in the service's folder";
  };
  all = sources ++ map describe made.sources;
  deployments =
    [made.deployment]
    ++ (
      if made ? debug
      then [made.debug]
      else []
    );
  packages =
    {
      inherit (made) image deployment;
      inherit (made.image) bill;
      published = published {
        images.${made.name} = made.image;
        sources = all;
        rev = src.rev or null;
      };
      default = made.deployment;
    }
    // (
      if made ? debug
      then {inherit (made) debug;}
      else {}
    );
in {
  packages.${system} = packages;
  devShells.${system}.default = made.shell;
  checks.${system} = made.checks // {inherit (made) deployment;};
  # Brings the wheels of poetry.lock in, and what else is missing to build the service.
  apps.${system}.fetch = {
    type = "app";
    program = "${build {
      name = "fetch";
      script = ''
        printf '#!%s\nexec bash %s/scripts/fetch-sources.sh --flake "''${1:-.}"\n' ${shell}/bin/sh ${project} >$out
        chmod +x $out
      '';
    }}";
  };
  # What `groundwork ci` runs.
  pipeline.stages = let
    step = output: drv: {
      name = baseNameOf (builtins.replaceStrings ["."] ["/"] output);
      inherit output;
      inputs = builtins.unsafeDiscardStringContext drv.drvPath;
    };
    check = name: step "checks.${system}.${name}" made.checks.${name};
    isTest = name: builtins.match ".*-tests" name != null;
  in [
    {
      name = "lint";
      steps = map check (builtins.filter (name: !isTest name) (builtins.attrNames made.checks));
    }
    {
      name = "unit-tests";
      steps = map check (builtins.filter isTest (builtins.attrNames made.checks));
    }
    {
      name = "images";
      steps = [(step "packages.${system}.image" made.image)];
    }
    {
      name = "push";
      steps = [
        {
          name = "image";
          push = true;
        }
      ];
    }
  ];
  # What scripts/fetch-sources.sh reads.
  sources = all;
  builds = {
    inherit clients;
    wanted.service = map (output: output.drvPath) (deployments ++ [made.shell] ++ builtins.attrValues made.checks);
  };
}
