# The crates' own tests pass, without root and without a network. The result holds their count, and the
# event bus client's tests for a running broker (tests/with-stack).
{
  build,
  workspace,
}: let
  # NB: the members run for seconds here, and are compiled for that alone. A profile for all would be another
  # for the dependencies, too, and compile them once more.
  options = "--release --frozen --workspace ${toString (map (name: "--config profile.release.package.${name}.opt-level=0") workspace.members)}";
  # What the page reads of the server's types, which a test compares with them.
  typesOfPage = ''
    mkdir -p services/console/page/src
    cp -r ${../../services/console/page/src/generated} services/console/page/src/generated
  '';
  tested = workspace.each {
    what = "tests";
    base = workspace.testDependencies;
    # NB: with examples, of which there are none, the dependencies have the features that tests want of them.
    compile = "cargo build ${options} --lib --examples";
    try = name: ''
      set -o pipefail
      ${
        if name == "groundwork-console"
        then typesOfPage
        else ""
      }
      # Property tests try other input at each run; a check says the same of the same bits.
      export PROPTEST_RNG_SEED=1 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1
      cargo test ${options} 2>&1 | tee log
      sed -nE 's/^test result: ok\. ([0-9]+) passed.*/\1/p' log | awk '{ n += $1 } END { print n }' >$out/count
      test $(cat $out/count) -gt 0
      for program in $(sed -nE 's#.*Running unittests .*\((.*/groundwork_events-[0-9a-f]+)\)$#\1#p' log); do
        cp $program $out/tests
      done
    '';
  };
in
  build {
    name = "check-unit-tests";
    script = ''
      mkdir -p $out/bin
      cat ${toString (map (tests: "${tests}/count") (builtins.attrValues tested))} | awk '{ n += $1 } END { print n }' >$out/count
      cp ${tested.groundwork-events}/tests $out/bin/groundwork-events-tests
    '';
  }
