#!/usr/bin/env bash
# The pipeline: what runs, what does not, and what is told. Faults in this project are tests/workflow.sh's.
# Expects what `scripts/build.sh --tests` makes.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
git_in() { git -C "$1" -c user.name=test -c user.email=test@localhost "${@:2}"; }

# A flake of its own, whose steps are done in a moment.
small=$scratch/small
mkdir "$small"
git_in "$small" init --quiet
# steps STEPS: its two stages; the first has these.
steps() {
  printf '{
  outputs = _: {
    pipeline.stages = [
      {name = "first"; steps = [%s];}
      {name = "second"; steps = [{name = "after"; command = ["true"];}];}
      {name = "push"; steps = [{name = "images"; command = ["echo"]; push = true;}];}
    ];
  };
}\n' "$1" >"$small/flake.nix"
  git_in "$small" add .
}
ci() { (cd "$small" && "$groundwork" ci "$@"); }

# shellcheck disable=SC2016 # the step's shell expands it
steps '{name = "red"; command = ["sh" "-c" "echo $((6 * 7)) things are wrong; exit 1"];} {name = "beside"; command = ["true"];}'
holds 'a step that fails is told with its last words' answers 1 '^42 things are wrong$' ci
holds 'those of its stage run all the same' answers 1 '^first +beside +passed' ci
holds 'and those of later stages do not' answers 1 '^second +after +not run' ci
holds 'what is asked for alone runs alone' answers 0 '^1 passed, 0 failed \(' ci --stage second
holds 'a stage that is not there is refused with those that are' answers 2 'there are first, second, push' ci --stage third
holds 'a commit that is not there is refused' answers 2 "Git knows no commit 'nothing'" ci --since nothing
holds 'a folder without a flake is told' answers 2 'has no flake.nix' ci "$scratch"
reports() { ! ci --report "$scratch/report" && grep -q '42 things' "$scratch/report/first-red.log" && grep -q 'failures="1"' "$scratch/report/junit.xml" &&
  grep -q '"ruleId": "first/red"' "$scratch/report/results.sarif" && grep -q '"not_run": 1' "$scratch/report/summary.json"; }
holds 'other programs find the same in files' reports
again() { ! ci --report "$scratch/report" && [ "$(grep -c '42 things' "$scratch/report/first-red.log")" -eq 1 ]; }
holds 'a second report takes the place of the first' again
# shellcheck disable=SC2016 # the shell in there expands it
holds 'and GitHub on the page of the run' sh -c 'cd "$1" && ! GITHUB_STEP_SUMMARY=$2 "$0" ci && grep "^| first | red | FAILED |" "$2"' "$groundwork" "$small" "$scratch/page.md"

steps '{name = "green"; command = ["true"]; inputs = "1";}'
holds 'a step that has not passed yet runs' answers 0 '^first +green +passed' ci
holds 'and not once more while its inputs are the same' answers 0 '^first +green +unchanged' ci
git_in "$small" commit --quiet --all --message 'green'
rm -r "$XDG_CACHE_HOME"
holds 'what is as at a commit that has passed does not run' answers 0 '^first +green +unchanged' ci --since HEAD
steps '{name = "green"; command = ["true"]; inputs = "2";}'
holds 'what has changed since runs' answers 0 '^first +green +passed' ci --since HEAD
holds 'a registry is given to what pushes' ci --push registry.test/project --report "$scratch/report"
holds 'and to nothing else' grep -x 'registry.test/project' "$scratch/report/push-images.log"

steps '{name = "long"; command = ["sh" "-c" "trap \"echo cleaned; exit 130\" INT; echo begun; tail -f /dev/null"];}'
log=$scratch/ctrl-c/first-long.log
has_begun() { grep -q begun "$log" 2>/dev/null; }
has_ended() { ! kill -0 "$(cat "$scratch/pid")" 2>/dev/null; }
interrupted() {
  # What is started in the background ignores Ctrl-C, and so would all that it starts.
  env --default-signal=INT setsid --fork bash -c "cd '$small'; echo \$\$ >'$scratch/pid'; exec '$groundwork' ci --report '$scratch/ctrl-c'" >"$scratch/said" 2>&1
  within 30 has_begun && kill -INT -- "-$(cat "$scratch/pid")" && within 30 has_ended &&
    grep -q cleaned "$log" && grep -q '^error: interrupted$' "$scratch/said"
}
holds 'Ctrl-C lets a step clean up, and ends the rest' interrupted

finish
