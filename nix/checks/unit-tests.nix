# The crates' own tests pass, without root and without a network. The result holds their count, and the
# event bus client's tests for a running broker (tests/with-stack).
{workspace}:
workspace.cargo {
  name = "check-unit-tests";
  crates = workspace.members;
  tests = true;
  script = ''
    set -o pipefail
    # NB: the dependencies stay as they are compiled; the members are compiled for this alone, and run for seconds.
    cargo test --release --frozen --workspace --config 'profile.release.opt-level=0' \
      --config 'profile.release.package."*".opt-level=3' 2>&1 | tee log
    mkdir -p $out/bin
    sed -nE 's/^test result: ok\. ([0-9]+) passed.*/\1/p' log | awk '{ n += $1 } END { print n }' >$out/count
    test $(cat $out/count) -gt 0
    cp $(sed -nE 's#.*Running unittests .*\((.*/groundwork_events-[0-9a-f]+)\)$#\1#p' log) $out/bin/groundwork-events-tests
  '';
}
