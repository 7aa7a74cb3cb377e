# shellcheck shell=bash disable=SC2154 # common.sh sets flake
# The node that a run of the tests makes: this machine has room for one. Expects common.sh.

# new_state_dir: makes a state directory, whose name tells whose it is by this script's process id.
new_state_dir() { mktemp -d "/var/tmp/groundwork-test.$$.XXXXXX"; }

# destroy_abandoned: destroys the node of a run that was cut off, as a job is that was cancelled or took too long.
destroy_abandoned() {
  local state pid
  state=$(cat /run/groundwork/owner 2>/dev/null) || return 0
  [[ $state == /var/tmp/groundwork-test.* ]] || return 0
  pid=${state#*.}
  pid=${pid%%.*}
  # NB: another process may have the id by now.
  ! grep -qs '\.sh' "/proc/$pid/cmdline" || [ "$pid" = $$ ] || return 0
  printf 'a run of the tests was cut off: destroying its node in %s\n' "$state"
  nix run "$flake#destroy" -- --yes --state-dir "$state" && rmdir "$state"
}
