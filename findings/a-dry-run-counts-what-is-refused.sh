#!/usr/bin/env bash
# `nix-store --realise --dry-run` says which paths a binary cache will give, and how many bytes that is. It reads each
# path's narinfo for it and looks at no signature: what nobody has signed is promised like all else, with exit code 0.
# The same command without --dry-run refuses those paths. So a script that builds only what a dry run does not promise,
# or shows what is to be loaded, is wrong for a cache whose key it does not trust.
#
# Seen on 2026-12-01 with Nix 2.8.0 of Debian bookworm (nix-bin 2.8.0-1.1+b1), a cache of one path without a signature:
#   --dry-run   this path will be fetched (0.00 MiB download, 0.00 MiB unpacked), exit code 0
#   without     warning: the substitute for '…' is not signed by any of the keys in 'trusted-public-keys', exit code 1
#
# Needs a Debian bookworm with apt. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"

# Nix and all that it needs, unpacked beside what this machine has.
mkdir -p archives/partial tree
: >status
apt-get -qq install --download-only --yes --no-install-recommends -o Dir::State::status="$PWD/status" \
  -o Dir::Cache::archives="$PWD/archives" nix-bin=2.8.0-1.1+b1 >apt.log 2>&1
for package in archives/*.deb; do dpkg-deb --extract "$package" tree; done
libraries=$PWD/tree/usr/lib/x86_64-linux-gnu:$PWD/tree/lib/x86_64-linux-gnu
export HOME=$PWD NIX_CONF_DIR=$PWD/none NIX_REMOTE='' NIX_STORE_DIR=$PWD/store NIX_STATE_DIR=$PWD/state NIX_LOG_DIR=$PWD/log
# nix COMMAND…: one of Nix' commands on a store of its own.
nix() {
  local command=$1
  shift
  "$folder/tree/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" --argv0 "$command" "$folder/tree/usr/bin/nix" \
    "$@" --option build-users-group '' --option sandbox false
}

# NB: a path that is named by its contents needs no signature; one that is built does.
path=$(nix nix-build --no-out-link --option substitute false -E 'derivation {
  name = "hello";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  args = ["-c" "echo hello >$out"];
}' 2>/dev/null)
nix nix --extra-experimental-features nix-command copy --to "file://$PWD/cache" "$path" 2>/dev/null
grep -q '^StorePath' cache/*.narinfo
if grep -q '^Sig' cache/*.narinfo; then exit 1; fi
# Another machine.
chmod -R u+w store
rm -rf store state

options=(--option substitute true --option substituters "file://$PWD/cache" --option trusted-public-keys '')
code=0
nix nix-store --realise --dry-run "${options[@]}" "$path" >dry 2>&1 || code=$?
echo "--dry-run: exit code $code"
cat dry
[ "$code" -eq 0 ]
grep -q 'this path will be fetched' dry
grep -qF "$path" dry
code=0
nix nix-store --realise "${options[@]}" "$path" >real 2>&1 || code=$?
echo "without: exit code $code"
cat real
[ "$code" -eq 1 ]
grep -q "is not signed by any of the keys in 'trusted-public-keys'" real
