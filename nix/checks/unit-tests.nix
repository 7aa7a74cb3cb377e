# The crates' own tests pass, without root and without a network. The result is their count.
{workspace}:
workspace.cargo {
  name = "check-unit-tests";
  crates = workspace.members;
  tests = true;
  script = ''
    set -o pipefail
    cargo test --release --frozen --workspace 2>&1 | tee log
    sed -nE 's/^test result: ok\. ([0-9]+) passed.*/\1/p' log | awk '{ n += $1 } END { print n }' >$out
    test $(cat $out) -gt 0
  '';
}
