# The console's page keeps its types, and its own tests pass.
{npmProgram}:
npmProgram {
  name = "check-console";
  folder = "services/console/page";
  beside = ["docs/operations.md" "k8s/observability/dashboards"];
  script = ''
    unset NODE_ENV
    node node_modules/typescript/bin/tsc --noEmit
    node node_modules/vitest/vitest.mjs run
    touch $out
  '';
}
