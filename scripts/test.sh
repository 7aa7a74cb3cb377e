#!/usr/bin/env bash
# Everything that must hold, from a fresh clone on: installs what is missing, builds, runs each check
# of the flake, rebuilds the images, starts the stack and proves the requirements on it.
#
# Where a stack is running already, that one is validated and left alone; otherwise one is started
# in a temporary state directory and destroyed at the end.
#
#   test.sh                       all of that
#   test.sh --quick               without what breaks, fills, stops or wipes the stack, and without rebuilding what is built
#   test.sh --machines [NAME…]    the stack on machines made of Debian's packages instead, see docs/machines.md
set -uo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root" || exit 1

machines='' names=() quick=''
case ${1:-} in
  '') ;;
  --quick) quick=1 ;;
  --machines)
    machines=1
    names=("${@:2}")
    ;;
  *) fail "unknown argument '$1'" "usage: test.sh [--quick | --machines [NAME…]]" 2 ;;
esac

passed=0 failed=0
log=$(mktemp) state=''

cleanup() {
  [ -z "$state" ] || { nix run "$flake#destroy" -- --yes --state-dir "$state" >/dev/null 2>&1; rmdir "$state" 2>/dev/null; }
  rm -f "$log"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# check NAME COMMAND…: one thing that passes or fails; a failure shows the end of its output.
check() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf 'passed  %s (%s s)\n' "$name" $((SECONDS - start))
  else
    failed=$((failed + 1))
    printf 'FAILED  %s (%s s)\n' "$name" $((SECONDS - start))
    tail -n 40 "$log" | sed 's/^/        /'
  fi
}

# counted COMMAND…: prints what the command prints and adds up its closing line `N passed, N failed`.
counted() {
  local line start=$SECONDS
  "$@" </dev/null | tee "$log"
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    failed=$((failed + 1))
    printf 'FAILED  %s ended without its closing line\n' "$*"
    return
  fi
  passed=$((passed + ${line%% *}))
  line=${line#*, }
  failed=$((failed + ${line%% *}))
  printf '        (%s s)\n' $((SECONDS - start))
}

if [ -n "$machines" ]; then
  scripts/setup-dev-environment.sh --machines || exit 1
  scripts/build.sh || exit 1
  code=0
  tests/machine/run.sh "${names[@]}" || code=1
  [ "${#names[@]}" -gt 0 ] || tests/machine/uninstall.sh || code=1
  exit "$code"
fi
scripts/setup-dev-environment.sh --tests || exit 1
scripts/build.sh --tests || exit 1

check 'no file names a registry host' scripts/check-registry-hosts.sh
check 'no commit holds a secret' scripts/secrets-in-git.sh history
for name in $(nix eval --raw "$flake#checks.x86_64-linux" --apply 'checks: toString (builtins.attrNames checks)' 2>/dev/null); do
  check "flake check: $name" nix build --no-link --print-build-logs "$flake#checks.x86_64-linux.$name"
done
check 'nix flake check' nix flake check "$flake"
[ -n "$quick" ] || check 'images and first-party programs are bit-identical when rebuilt' scripts/verify-reproducible.sh --once
check 'nix develop .#service has what services are made with' nix develop "$flake#service" --command bash -c 'python --version && poetry --version && pre-commit validate-config'
check 'nix develop has the pinned tools' nix develop "$flake" --command bash -c 'kubectl version --client && cargo --version && go version'

if nix run "$flake#status" -- --json 2>/dev/null | grep '"state": *"\(running\|degraded\)"' >/dev/null; then
  printf 'a stack is running on this machine: validating that one, without disruption\n'
  counted nix run "$flake#validate"
else
  state=$(mktemp -d /var/tmp/groundwork-test.XXXXXX)
  export GROUNDWORK_STATE_DIR=$state
  disruptive='' without=(tests/without-stack/*.sh) with=(tests/with-stack/*.sh)
  if [ -z "$quick" ]; then
    disruptive=--disruptive
    without+=(tests/without-stack/disruptive/*.sh)
    with+=(tests/with-stack/disruptive/*.sh)
  fi
  for test in "${without[@]}"; do
    counted "$test"
  done
  check 'up' nix run "$flake#up"
  # shellcheck disable=SC2086 # without the option it is no argument
  counted nix run "$flake#validate" -- $disruptive
  for test in "${with[@]}"; do
    counted "$test"
  done
  check 'destroy' nix run "$flake#destroy" -- --yes
  check 'nothing is left' tests/lib/leftovers.sh "$state"
  state=''
fi

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
