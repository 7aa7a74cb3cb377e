# The template in Rust runs as every service does.
{
  build,
  pythonRuntime,
  templates,
}:
import ./templates/runs.nix {inherit build pythonRuntime;} {
  kind = "axum";
  start = "${templates.axum.program}/bin/service";
  env.RUST_LOG = "debug";
}
