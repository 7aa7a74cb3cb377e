#!/usr/bin/env bash
# Says whether this machine has all that Groundwork needs, a line for each; exit 1 if not.
set -uo pipefail
. "$(dirname "$0")/lib/common.sh"

passed=0 failed=0

# verify WHAT HINT COMMAND…: runs the command silently and reports.
verify() {
  local what=$1 hint=$2
  shift 2
  if "$@" >/dev/null 2>&1; then
    passed=$((passed + 1))
    printf 'ok    %s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n      hint: %s\n' "$what" "$hint"
  fi
}

nix_setting() { [ "$(nix show-config 2>/dev/null | sed -n "s/^$1 = //p")" = "$2" ]; }
has_features() { nix show-config | grep '^experimental-features = .*flakes'; }
free_disk() { [ "$(df --output=avail -k "$(dirname "$(readlink -f /nix/store || echo /)")" | tail -n 1)" -gt 8000000 ]; }

verify "Linux on x86_64" "use such a machine" test "$(uname -s)-$(uname -m)" = Linux-x86_64
verify "git" "install git" git --version
verify "Nix" "run scripts/setup-dev-environment.sh" nix --version
verify "Nix has flakes" "add 'experimental-features = nix-command flakes' to nix.conf" has_features
verify "Nix builds in its sandbox" "add 'sandbox = true' to nix.conf" nix_setting sandbox true
verify "apt, for Debian's packages" "see 'Other distributions' in README.md" command -v apt-get
verify "8 GB of disk for the Nix store" "free some, or run nix-collect-garbage" free_disk

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
