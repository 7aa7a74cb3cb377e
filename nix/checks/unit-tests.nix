# The crates' own tests pass, without root and without a network. The result holds their count, and the
# event bus client's tests for a running broker (tests/with-stack).
{workspace}:
workspace.cargo {
  name = "check-unit-tests";
  crates = workspace.members;
  tests = true;
  script = ''
    set -o pipefail
    # What the page reads of the server's types, which a test compares with them.
    mkdir -p services/console/page/src
    cp -r ${../../services/console/page/src/generated} services/console/page/src/generated
    # Property tests try other input at each run; a check says the same of the same bits.
    export PROPTEST_RNG_SEED=1 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1
    # NB: the members run for seconds here, and are compiled for that alone. A profile for all would be another
    # for the dependencies, too, and compile them once more.
    cargo test --release --frozen --workspace \
      ${toString (map (name: "--config profile.release.package.${name}.opt-level=0") workspace.members)} 2>&1 | tee log
    mkdir -p $out/bin
    sed -nE 's/^test result: ok\. ([0-9]+) passed.*/\1/p' log | awk '{ n += $1 } END { print n }' >$out/count
    test $(cat $out/count) -gt 0
    cp $(sed -nE 's#.*Running unittests .*\((.*/groundwork_events-[0-9a-f]+)\)$#\1#p' log) $out/bin/groundwork-events-tests
  '';
}
