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
. "$project_root/scripts/lib/apt.sh"

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

work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-scan.XXXXXX")
# Go makes its module cache read-only.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# take ECOSYSTEM RECORDS DAY: keeps what has come in, whole or not at all.
take() {
  mkdir -p "$advisories/$1.new"
  cp -rL "$2" "$advisories/$1.new/records"
  chmod -R u+w "$advisories/$1.new"
  printf '%s\n' "$3" >"$advisories/$1.new/as-of"
  rm -rf "${advisories:?}/$1"
  mv "$advisories/$1.new" "$advisories/$1"
}

# The Go project's own, which is a module: its version has the time of its last change.
fetch_go() {
  local module version
  module=$(cd "$work" && GOMODCACHE="$work/modules" GOFLAGS=-mod=mod GOTOOLCHAIN=local go mod download -json golang.org/x/vulndb@latest 2>"$work/go.log") || return 1
  version=$(sed -nE 's/^\t"Version": "(.*)",$/\1/p' <<<"$module")
  version=${version#v*-}
  take Go "$(sed -nE 's/^\t"Dir": "(.*)",$/\1/p' <<<"$module")/data/osv" "${version:0:4}-${version:4:2}-${version:6:2}"
}

# What Debian's security suite has newer: its packages name no advisory, so each stands for one by its name.
fetch_debian() {
  local root="$cache/apt-security" lock name pinned newest day
  private_apt_setup "$root" bookworm-security >&2
  private_apt "$root" apt-cache dumpavail |
    awk '/^Package: / { name = $2 } /^Version: / { print name, $2 }' >"$work/newest"
  day=$(sed -n 's/^Date: //p' "$root"/lists/*InRelease | head -n 1)
  mkdir "$work/debian"
  lock="$project_root/nix/sources/debian-x86_64-linux.lock.json"
  sed -nE 's/.*"name": "([^"]+)", "version": "([^"]+)".*/\1 \2/p' "$lock" | sort -u >"$work/pinned"
  join "$work/pinned" <(sort "$work/newest") | while read -r name pinned newest; do
    dpkg --compare-versions "$pinned" lt "$newest" || continue
    cat >"$work/debian/$name-$newest.json" <<END
{"id": "bookworm-security:$name", "summary": "Debian's security suite has $newest",
 "affected": [{"package": {"ecosystem": "Debian:12", "name": "$name"}, "versions": ["$pinned"],
  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "$newest"}]}]}]}
END
  done
  take Debian "$work/debian" "$(date --utc --date "$day" +%F)"
}

if [ -z "$advisories" ]; then
  cache="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork"
  advisories=$cache/advisories
  mkdir -p "$advisories"
  for ecosystem in go debian; do
    ("fetch_$ecosystem") || printf 'the advisories for %s cannot be had; those that are here are used\n' "$ecosystem" >&2
  done
fi
code=0
groundwork-bom scan "$bills" --advisories "$advisories" --exceptions "$project_root/security/exceptions.toml" "${options[@]}" || code=$?
exit "$code"
