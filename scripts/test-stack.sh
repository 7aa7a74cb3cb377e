#!/usr/bin/env bash
# The requirements, proved on a running stack. Expects what `scripts/build.sh --tests` makes.
#
# Where a stack is running already, that one is validated and left alone; otherwise one is started
# in a temporary state directory and destroyed at the end.
#
#   test-stack.sh            all of that
#   test-stack.sh --quick    without what breaks, fills, stops or wipes the stack
#   test-stack.sh --smoke    `validate` alone, which judges no time: machines of a pipeline do other things, too
#   … --own                  fails where a stack is running: what it shows must be true of this checkout's
set -uo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/checks.sh"
. "$project_root/scripts/lib/node.sh"
cd "$project_root" || exit 1

# passed_as COMMAND…: leaves the receipt by which `groundwork ci` knows that this has passed, and does not run it once more.
passed_as() {
  local receipts="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/ci"
  mkdir -p "$receipts"
  # shellcheck disable=SC2016 # the expression is Nix'
  COMMAND=$* nix eval --impure --raw "$flake#pipeline" --apply 'it: builtins.concatStringsSep "\n" (map (step: step.inputs)
    (builtins.filter (step: toString (step.command or []) == builtins.getEnv "COMMAND")
      (builtins.concatMap (stage: stage.steps) it.stages)))' 2>/dev/null | while read -r inputs || [ -n "$inputs" ]; do
    : >"$receipts/$inputs"
  done
}

options=--disruptive
without=(tests/without-stack/*.sh tests/without-stack/disruptive/*.sh)
with=(tests/with-stack/*.sh tests/with-stack/disruptive/*.sh)
own=''
if [ "${!#}" = --own ] && [ $# -gt 0 ]; then
  own=1
  set -- "${@:1:$#-1}"
fi
case ${1:-} in
  '') ;;
  --quick)
    options=''
    without=(tests/without-stack/*.sh)
    with=(tests/with-stack/*.sh)
    ;;
  --smoke) options=--without-speed without=() with=() ;;
  *) fail "unknown argument '$1'" "usage: test-stack.sh [--quick | --smoke] [--own]" 2 ;;
esac

state=''
cleanup() {
  [ -z "$state" ] || { nix run "$flake#destroy" -- --yes --state-dir "$state" >/dev/null 2>&1; rmdir "$state" 2>/dev/null; }
  rm -f "$checks_log"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if nix run "$flake#status" -- --json 2>/dev/null | grep '"state": *"\(running\|degraded\)"' >/dev/null; then
  [ -z "$own" ] || fail "a stack is running on this machine, and this is about another" "groundwork down, and groundwork up afterwards"
  printf 'a stack is running on this machine: validating that one, without disruption\n'
  counted nix run "$flake#validate"
else
  destroy_abandoned
  state=$(new_state_dir)
  export GROUNDWORK_STATE_DIR=$state
  for test in "${without[@]}"; do
    counted "$test"
  done
  # Without a stack, what asks one would only wait for it.
  if check 'up' nix run "$flake#up"; then
    # shellcheck disable=SC2086 # without the option it is no argument
    counted nix run "$flake#validate" -- $options
    for test in "${with[@]}"; do
      counted "$test"
    done
  fi
  check 'destroy' nix run "$flake#destroy" -- --yes
  check 'nothing is left' tests/lib/leftovers.sh "$state"
  state=''
  if [ "$failed" -eq 0 ]; then
    [ "${1:-}" = --smoke ] || passed_as scripts/test-stack.sh --smoke --own
    [ $# -gt 0 ] || passed_as scripts/test-stack.sh --own
  fi
fi

counts
