#!/usr/bin/env bash
# Compares what images and programs are made of with advisories, after it has brought in those that this machine reaches.
# `nix run .#scan` calls it, with groundwork-bom and Go on the PATH.
#
#   scan.sh                           builds the bills and calls this again: `nix run .#scan`
#   scan.sh BILLS                     bills of materials in a folder, as `nix build .#bills` makes them
#   scan.sh BILLS --advisories DIR    with these advisories, and without a network: for each ecosystem, as OSV names it,
#                                     a folder with `records` (OSV's JSON files) and `as-of` (their day)
#   … --json                          the report as JSON
#   … --allow-unchecked               what cannot be checked here is said, and fails nothing: for a pipeline
#
# The variable GROUNDWORK_ADVISORIES does what `--advisories` does.
# Exit code 1: something is known; 3: nothing is, but not all could be checked.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

case ${1:-} in
  '' | --*)
    cd "$project_root"
    exec nix run "$flake#scan" -- "$@"
    ;;
esac
bills=$1 advisories=${GROUNDWORK_ADVISORIES:-} options=() allow_unchecked=''
usage='usage: scan.sh [BILLS] [--advisories DIR] [--json] [--allow-unchecked]'
[ -d "$bills" ] || fail "there are no bills in '$bills'" "nix build .#bills, or nix run .#scan, which does" 2
shift
while [ $# -gt 0 ]; do
  case $1 in
    --advisories)
      [ $# -ge 2 ] || fail '--advisories wants a folder' "$usage" 2
      advisories=$2
      shift 2
      ;;
    --json)
      options+=(--json)
      shift
      ;;
    --allow-unchecked)
      allow_unchecked=1
      shift
      ;;
    *) fail "unknown argument '$1'" "$usage" 2 ;;
  esac
done

if [ -n "$advisories" ]; then
  [ -d "$advisories" ] || fail "there are no advisories in '$advisories'" "name a folder with one for each ecosystem: docs/ci.md" 2
else
  advisories="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/advisories"
  for ecosystem in Go Debian; do
    "$project_root/scripts/fetch-advisories.sh" "$ecosystem" "$advisories" >&2 ||
      printf 'the advisories for %s cannot be had; those that are here are used\n' "$ecosystem" >&2
  done
fi
code=0
groundwork-bom scan "$bills" --advisories "$advisories" --exceptions "$project_root/security/exceptions.toml" "${options[@]}" || code=$?
[ "$code" -ne 3 ] || [ -z "$allow_unchecked" ] || code=0
exit "$code"
