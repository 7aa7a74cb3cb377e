# shellcheck shell=bash
# What every script shares: its place, and how it fails.

project_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export project_root
# A service or a cron job may have none.
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}"

# The flake, for commands that run in the project's folder. Nix 2.8 takes `.` only where the folder's path is a valid
# URL, without a space for one; and a clone without its history only as a shallow one.
flake='git+file:.?shallow=1'
[ -e "$project_root/.git" ] || flake=path:.
export flake

# Ends the script: what failed, and what to do about it.
fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf 'hint: %s\n' "$2" >&2
  exit "${3:-1}"
}

# Runs a command as root, through sudo where this is an ordinary user.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "'$*' needs root, and there is no sudo" "run this script as root once"
  fi
}

# On macOS the script goes on in a Linux; nothing below this line in it is done here.
. "$project_root/scripts/lib/lima.sh"
if [ "$(where_to_run "$(uname -s)")" = lima ] && [ -z "${GROUNDWORK_STAY:-}" ]; then enter_linux "$0" "$@"; fi
