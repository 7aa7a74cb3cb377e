#!/usr/bin/env bash
# Resolves the sets of nix/sources/debian.json with apt, from an empty state, and pins the
# closure of each in the lock file beside it: name, version, sha256.
#
#   lock-debian.sh           for x86_64
#   lock-debian.sh aarch64   for aarch64
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/apt.sh"

case ${1:-x86_64} in
  x86_64) platform=x86_64-linux architecture=amd64 ;;
  aarch64) platform=aarch64-linux architecture=arm64 ;;
  *) fail "there is no lock for '$1'" "usage: lock-debian.sh [x86_64 | aarch64]" 2 ;;
esac
sets="$project_root/nix/sources/debian.json"
lock="$project_root/nix/sources/debian-$platform.lock.json"
apt_root="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/apt"
[ "$architecture" = amd64 ] || apt_root+=-$architecture
private_apt_setup "$apt_root" bookworm "$architecture"

# Prints a line "name version sha256" for each package in the closure of the given ones. A name with '-' at its end, as
# apt itself has it, is left out of what the others need.
closure() {
  local name version wanted=() without=()
  for name in "$@"; do
    case $name in
      *-) without+=("${name%-}") ;;
      *) wanted+=("$name") ;;
    esac
  done
  private_apt "$apt_root" apt-get install --simulate "${wanted[@]}" |
    sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1 \2/p' |
    awk -v without=" ${without[*]} " 'index(without, " " $1 " ") == 0' | sort |
    while read -r name version; do
      printf '%s %s %s\n' "$name" "$version" \
        "$(private_apt "$apt_root" apt-cache show "$name=$version" | sed -n 's/^SHA256: //p' | head -n 1)"
    done
}

names=$(nix eval --raw --impure --expr "
  builtins.concatStringsSep \"\n\" (builtins.attrValues (builtins.mapAttrs
    (name: roots: \"\${name} \${toString roots}\") (builtins.fromJSON (builtins.readFile $sets))))")

{
  printf '{'
  separator=''
  while read -r set roots; do
    # shellcheck disable=SC2086 # the roots are words
    packages=$(closure $roots)
    [ -n "$packages" ] || fail "apt finds no closure for set '$set' ($roots)" "look for a misspelt name in $sets"
    printf '%s\n  "%s": [\n' "$separator" "$set"
    awk '{ printf "%s    { \"name\": \"%s\", \"version\": \"%s\", \"sha256\": \"%s\" }", (NR > 1 ? ",\n" : ""), $1, $2, $3 }' <<<"$packages"
    printf '\n  ]'
    separator=','
  done <<<"$names"
  printf '\n}\n'
} >"$lock.new"
mv "$lock.new" "$lock"
printf 'pinned %s packages in %s\n' "$(grep -c sha256 "$lock")" "${lock#"$project_root"/}"
