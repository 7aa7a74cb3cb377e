# The console's page is formatted, keeps its linter's rules and its types, and its own tests pass.
{
  components,
  npmProgram,
  platform,
  runtime,
}: let
  watched = what: file: map (component: "${component.path}/watch/${file}") (builtins.filter (component: component.${what} != null) components);
in
  npmProgram {
    name = "check-console";
    folder = "services/console/page";
    beside = watched "runbook" "runbook.md" ++ watched "dashboard" "dashboard.json";
    script = ''
      unset NODE_ENV
      # NB: Biome is a compiled program that looks for the host's loader, so the toolchain's is named.
      ${runtime}/lib/${platform.loader} --library-path ${runtime}/lib \
        node_modules/@biomejs/cli-${platform.npm}/biome check --error-on-warnings
      node node_modules/typescript/bin/tsc --noEmit
      node node_modules/vitest/vitest.mjs run
      touch $out
    '';
  }
