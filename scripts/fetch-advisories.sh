#!/usr/bin/env bash
# Brings the advisories of one ecosystem in, in OSV's form, whole or not at all. scripts/scan.sh calls it, with Go on the PATH.
#
#   fetch-advisories.sh Go DIR       the Go project's own, a module of Go's registry
#   fetch-advisories.sh Debian DIR   what Debian's security suite has newer than the pins, as `bookworm-security`
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/apt.sh"

[ $# -eq 2 ] || fail "unknown arguments '$*'" "usage: fetch-advisories.sh Go|Debian DIR" 2
advisories=$2
# One order for `sort` and `join`.
export LC_ALL=C
work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-scan.XXXXXX")
# Go makes its module cache read-only.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# take ECOSYSTEM RECORDS DAY: keeps what has come in.
take() {
  rm -rf "${advisories:?}/$1.new"
  mkdir -p "$advisories/$1.new"
  cp -rL "$2" "$advisories/$1.new/records"
  chmod -R u+w "$advisories/$1.new"
  printf '%s\n' "$3" >"$advisories/$1.new/as-of"
  rm -rf "${advisories:?}/$1"
  mv "$advisories/$1.new" "$advisories/$1"
}

case $1 in
  Go)
    # Its version has the time of its last change.
    module=$(cd "$work" && GOMODCACHE="$work/modules" GOFLAGS=-mod=mod GOTOOLCHAIN=local go mod download -json golang.org/x/vulndb@latest)
    version=$(sed -nE 's/^\t"Version": "(.*)",$/\1/p' <<<"$module")
    version=${version#v*-}
    take Go "$(sed -nE 's/^\t"Dir": "(.*)",$/\1/p' <<<"$module")/data/osv" "${version:0:4}-${version:4:2}-${version:6:2}"
    ;;
  Debian)
    # Its packages name no advisory, so each stands for one by its name.
    root="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/apt-security"
    private_apt_setup "$root" bookworm-security
    private_apt "$root" apt-cache dumpavail |
      awk '/^Package: / { name = $2 } /^Version: / { print name, $2 }' | sort >"$work/newest"
    day=$(sed -n 's/^Date: //p' "$root"/lists/*InRelease | head -n 1)
    mkdir "$work/debian"
    sed -nE 's/.*"name": "([^"]+)", "version": "([^"]+)".*/\1 \2/p' "$project_root/nix/sources/debian-x86_64-linux.lock.json" | sort -u |
      join - "$work/newest" | while read -r name pinned newest; do
      dpkg --compare-versions "$pinned" lt "$newest" || continue
      cat >"$work/debian/$name-$newest.json" <<END
{"id": "bookworm-security:$name", "summary": "Debian's security suite has $newest",
 "affected": [{"package": {"ecosystem": "bookworm-security", "name": "$name"}, "versions": ["$pinned"],
  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "$newest"}]}]}]}
END
    done
    take bookworm-security "$work/debian" "$(date --utc --date "$day" +%F)"
    ;;
  *) fail "there are no advisories for '$1'" "usage: fetch-advisories.sh Go|Debian DIR" 2 ;;
esac
