# A template's program starts without a stack, answers, names what it misses, and ends by itself when it is told to.
{
  build,
  pythonRuntime,
}: {
  # The template's kind.
  kind,
  # Shell commands of which the last one serves.
  start,
  env ? {},
}:
build {
  name = "check-template-${kind}-runs";
  tools = [pythonRuntime];
  inherit env;
  script = ''
    ${start} >$TMPDIR/log 2>&1 &
    server=$!
    python ${./runs.py} $server || {
      cat $TMPDIR/log >&2
      exit 1
    }
    wait $server
    # Every line is JSON.
    python -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <$TMPDIR/log
    cp $TMPDIR/log $out
  '';
}
