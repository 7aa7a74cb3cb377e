#!/usr/bin/env bash
# Everything that must hold, from a fresh clone on: installs what is missing, builds, runs each check
# of the flake, rebuilds the images, starts the stack and proves the requirements on it.
#
#   test.sh                       all of that
#   test.sh --quick               without what breaks, fills, stops or wipes the stack, and without rebuilding what is built
#   test.sh --machines [NAME…]    the stack on machines made of Debian's packages instead, see docs/machines.md
set -uo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/checks.sh"
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

trap 'rm -f "$checks_log"' EXIT
trap 'exit 130' INT TERM

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

counted scripts/test-stack.sh ${quick:+--quick}
counted tests/workflow.sh

counts
