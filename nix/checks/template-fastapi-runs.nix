# The template's program starts without a stack, answers, names what it misses, and ends by itself when it is told to.
{
  build,
  pythonRuntime,
  templates,
}:
build {
  name = "check-template-fastapi-runs";
  tools = [pythonRuntime];
  env = {
    PYTHONPATH = templates.fastapi.packages;
    PYTHONDONTWRITEBYTECODE = "1";
    LOG_LEVEL = "debug";
  };
  script = ''
    cd ${templates.fastapi.source}
    python -m src.main >$TMPDIR/log 2>&1 &
    server=$!
    python ${./template-runs.py} $server || {
      cat $TMPDIR/log >&2
      exit 1
    }
    wait $server
    # Every line is JSON.
    python -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <$TMPDIR/log
    cp $TMPDIR/log $out
  '';
}
