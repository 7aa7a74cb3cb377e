# The same of the template in Rust as of the one in Python.
{
  build,
  pythonRuntime,
  templates,
}:
build {
  name = "check-template-axum-runs";
  tools = [pythonRuntime];
  env.RUST_LOG = "debug";
  script = ''
    ${templates.axum.program}/bin/service >$TMPDIR/log 2>&1 &
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
