#!/usr/bin/env bash
# Two machines side by side from a clone to `ready`: one with a binary cache where no registry answers, one with registries and no
# cache. Both must end with the same stack. Each is a mount namespace with an empty /nix and /usr/local, an empty home and no
# state.
#
#   roots.sh                 both; the second builds everything, 40 minutes on two cores, and takes 25 GB of disk
#   roots.sh cached [CACHE]  the first alone, from the folder CACHE or from what is built here
#   roots.sh cold            the second alone
#
# The cached one reads over HTTP at 100 Mbit/s, through a network namespace of its own. Needs root and an installed Nix; how
# Nix itself comes is scripts/setup-dev-environment.sh's, which tests/machine/uninstall.sh runs on a Debian without it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

[ "$(id -u)" -eq 0 ] || fail 'namespaces need root' 'run this with sudo' 3
which=${1:-both} cache=${2:-}
case $which in both | cached | cold) ;; *) fail "unknown root '$which'" 'usage: roots.sh [cached [CACHE] | cold]' 2 ;; esac
scratch=$(mktemp -d /var/tmp/groundwork-roots.XXXXXX)
name=groundwork-roots-$$
busybox=$(nix eval --raw "$flake#sources" --apply 'all: (builtins.head (builtins.filter (it: it.kind == "seed") all)).path' 2>/dev/null)/bin/busybox
server=''
cleanup() {
  [ -z "$server" ] || kill "$server" 2>/dev/null
  ip netns del "$name" 2>/dev/null
  chmod -R u+w "$scratch" 2>/dev/null
  rm -rf "$scratch"
}
trap cleanup EXIT

# in_root NAME COMMAND…: runs it on the machine of that name, whose clone is its home's folder `project`.
# Clients of registries find what this machine's have been told: which mirror, which certificates.
in_root() {
  local root=$scratch/$1 file
  shift
  if [ ! -e "$root" ]; then
    mkdir -p "$root/nix" "$root/local" "$root/home/.cargo" "$root/state"
    for file in .npmrc .cargo/config.toml .m2/settings.xml .config/pip/pip.conf .gitconfig; do
      [ ! -e "$HOME/$file" ] || install -D "$HOME/$file" "$root/home/$file"
    done
    git clone --quiet --depth 1 "file://$PWD" "$root/home/project"
  fi
  # shellcheck disable=SC2016 # the inner shell expands it
  HOME=$root/home GROUNDWORK_STATE_DIR=$root/state XDG_CACHE_HOME=$root/home/.cache GOMODCACHE='' GOPATH='' CARGO_HOME=$root/home/.cargo \
    unshare --mount bash -c '
      mount --make-rprivate / && mount --bind "$1/nix" /nix && mount --bind "$1/local" /usr/local && cd "$1/home/project" && shift && exec "$@"' in_root "$root" "$@"
}
# The store path of the stack on the machine of that name.
stack_of() { in_root "$1" nix eval --raw "$flake#stack.outPath" 2>/dev/null; }
# ready NAME COMMAND…: starts the stack there and says how long that took; then it ends it again.
ready() {
  local root=$1 start=$SECONDS
  shift
  in_root "$root" "$@" >"$scratch/$root.log" 2>&1 || { tail -n 15 "$scratch/$root.log"; return 1; }
  grep -E '^(from the binary cache|everything is built|ready in)|of processor time' "$scratch/$root.log" >&3
  grep -qE '^ready in [0-9.]+ s$' "$scratch/$root.log" || return 1
  printf '%s: ready %s s after the first command; its store has %s MB\n' "$root" $((SECONDS - start)) "$(du -sm "$scratch/$root/nix/store" | cut -f 1)" >&3
  printf '%s: the stack is %s\n' "$root" "$(stack_of "$root")" >&3
  in_root "$root" nix run "$flake#destroy" -- --yes
}
exec 3>&1

if [ "$which" != cold ]; then
  ip netns add "$name" && ip netns exec "$name" ip link set lo up
  # What a home's line gives, and the cache's only way.
  ip netns exec "$name" tc qdisc add dev lo root tbf rate 100mbit burst 256k latency 100ms
  if [ -z "$cache" ]; then
    cache=$scratch/cache
    nix-store --generate-binary-cache-key groundwork-test "$scratch/key" "$scratch/key.pub"
    GROUNDWORK_CACHE_PUBLIC_KEY=$(<"$scratch/key.pub")
    export GROUNDWORK_CACHE_PUBLIC_KEY
    holds 'what is built here is published' scripts/publish-cache.sh "$cache" --key "$scratch/key" --stack
  fi
  ip netns exec "$name" "$busybox" httpd -f -p 127.0.0.1:8099 -h "$cache" &
  server=$!
  export -f in_root
  export scratch
  from_cache() {
    GROUNDWORK_CACHE=http://127.0.0.1:8099 ready cached nsenter --net="/run/netns/$name" scripts/start-dev-environment.sh
  }
  holds 'with the cache and without a registry the stack is ready' from_cache
fi
if [ "$which" != cached ]; then
  holds 'with registries and without a cache the stack is ready' ready cold scripts/start-dev-environment.sh
fi
if [ "$which" = both ]; then
  same() { [ -n "$(stack_of cold)" ] && [ "$(stack_of cold)" = "$(stack_of cached)" ] && stack_of cold; }
  holds 'both have the same stack' same
fi
finish
