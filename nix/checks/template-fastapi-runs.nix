# The template in Python runs as every service does.
{
  build,
  pythonRuntime,
  templates,
}:
import ./templates/runs.nix {inherit build pythonRuntime;} {
  kind = "fastapi";
  start = ''
    cd ${templates.fastapi.source}
    python -m src.main'';
  env = {
    PYTHONPATH = templates.fastapi.packages;
    PYTHONDONTWRITEBYTECODE = "1";
    LOG_LEVEL = "debug";
  };
}
