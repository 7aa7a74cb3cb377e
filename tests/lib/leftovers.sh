#!/usr/bin/env bash
# Fails if anything of a destroyed node is left on this machine: process, unit, mount, interface, network
# namespace, cgroup, packet filter table, garbage collector root or file.
#
#   leftovers.sh STATE_DIR
#
# NFT names the program that reads the packet filter, where it is not this clone's.
set -uo pipefail

state=$1 found=0

# left WHAT LINES: reports lines that should not be there.
left() {
  [ -n "$2" ] || return 0
  found=1
  printf '%s left:\n%s\n' "$1" "$2"
}

processes() {
  local folder
  for folder in /proc/[0-9]*; do
    { tr '\0' ' ' <"$folder/cmdline"; } 2>/dev/null | grep -E "$state|/(etcd|containerd|kube-[a-z-]+|kubelet|containerd-shim-runc-v2) .*groundwork|groundwork .*supervise" |
      grep -v leftovers.sh
  done
}

left processes "$(processes)"
left mounts "$(grep -E "$state|/run/groundwork" /proc/self/mounts)"
left interfaces "$(find /sys/class/net -name 'gw-*' -printf '%f\n')"
left 'network namespaces' "$(find /run/netns /var/run/netns -name 'cni-*' 2>/dev/null)"
# A hierarchy of version 1 is a level below; systemd's units have their groups below system.slice.
left cgroups "$(find /sys/fs/cgroup -maxdepth 4 -type d \( -name 'groundwork*' -o -name 'kubepods*' \) 2>/dev/null)"
left units "$(find /etc/systemd/system /run/systemd -name '*groundwork*' 2>/dev/null)"
# One that failed has no file, and systemd knows it all the same.
if [ -d /run/systemd/system ]; then
  left 'loaded units' "$(systemctl list-units --all --plain --no-legend '*groundwork*')"
fi
root=/nix/var/nix/gcroots/groundwork-$(printf '%s' "$state" | sha256sum | head -c 16)
left 'garbage collector roots' "$(find "$root" 2>/dev/null)"
left files "$(find "$state" /run/groundwork -mindepth 1 2>/dev/null | head -n 20)"
# NB: where it is named, this file may stand alone.
if [ -z "${NFT:-}" ]; then
  . "$(dirname "$0")/../../scripts/lib/common.sh"
  NFT=$(nix eval --raw "$flake#packages.x86_64-linux.nftables.outPath" 2>/dev/null)/bin/nft
fi
if ! tables=$("$NFT" list tables); then
  printf 'the packet filter cannot be read\nhint: build it with nix build .#nftables, and run this as root\n' >&2
  exit 1
fi
left 'packet filter tables' "$(grep -E 'kube-proxy|cni|groundwork' <<<"$tables")"
[ "$found" -eq 0 ] && echo 'nothing is left'
exit "$found"
