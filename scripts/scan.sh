#!/usr/bin/env bash
# Compares what images and programs are made of with advisories, after it has brought in those that this machine reaches.
# `nix run .#scan` calls it, with groundwork-bom and Go on the PATH.
#
#   scan.sh BILLS                     bills of materials in a folder, as `nix build .#bills` makes them
#   scan.sh BILLS --advisories DIR    with these advisories, and without a network: for each ecosystem, as OSV names it,
#                                     a folder with `records` (OSV's JSON files) and `as-of` (their day)
#   … --json                          the report as JSON
#
# Exit code 1: something is known; 3: nothing is, but not all could be checked.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

bills=${1:-} advisories='' options=()
[ -d "$bills" ] || fail "there are no bills in '$bills'" "nix build .#bills, or nix run .#scan, which does" 2
shift
while [ $# -gt 0 ]; do
  case $1 in
    --advisories)
      [ -d "${2:-}" ] || fail "there are no advisories in '${2:-}'" "usage: scan.sh BILLS [--advisories DIR] [--json]" 2
      advisories=$2
      shift 2
      ;;
    --json)
      options+=(--json)
      shift
      ;;
    *) fail "unknown argument '$1'" "usage: scan.sh BILLS [--advisories DIR] [--json]" 2 ;;
  esac
done

if [ -z "$advisories" ]; then
  advisories="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/advisories"
  for ecosystem in Go Debian; do
    "$project_root/scripts/fetch-advisories.sh" "$ecosystem" "$advisories" >&2 ||
      printf 'the advisories for %s cannot be had; those that are here are used\n' "$ecosystem" >&2
  done
fi
exec groundwork-bom scan "$bills" --advisories "$advisories" --exceptions "$project_root/security/exceptions.toml" "${options[@]}"
