#!/usr/bin/env bash
# Resolves the sets of nix/sources/debian.json with apt, from an empty state, and pins the
# closure of each in the lock file beside it: name, version, sha256.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/apt.sh"

sets="$project_root/nix/sources/debian.json"
lock="$project_root/nix/sources/debian-x86_64-linux.lock.json"
apt_root="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/apt"
private_apt_setup "$apt_root"

# Prints a line "name version sha256" for each package in the closure of the given ones.
closure() {
  local name version
  private_apt "$apt_root" apt-get install --simulate "$@" |
    sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*/\1 \2/p' | sort |
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
