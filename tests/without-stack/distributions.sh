#!/usr/bin/env bash
# shellcheck disable=SC2016 # what is quoted is for another shell
# What setup says and does on Linux distributions other than Debian: no apt is on the path, and /etc/os-release is theirs.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch"/{tools,home}
for tool in bash env sh dirname uname id getent cut sed grep mkdir mv cat tr find tee rm cmp cp chmod readlink df tail basename timeout mktemp head wc awk sort xargs touch ln; do
  ln -s "$(command -v "$tool")" "$scratch/tools/$tool"
done
cp -r "$scratch/tools" "$scratch/with-nix"
for tool in nix nix-store git; do ln -s "$(command -v "$tool")" "$scratch/with-nix/$tool"; done

# on LINES TOOLS COMMAND…: runs it where /etc/os-release has these lines and only those tools are there.
on() {
  printf '%b' "$1" >"$scratch/os-release"
  as_root unshare --mount sh -c 'mount --bind "$1" /etc/os-release && shift && exec env -i "$@"' sh "$scratch/os-release" \
    HOME="$scratch/home" PATH="$2" "${@:3}"
}
setup_on() { on "$1" "$scratch/tools" scripts/setup-dev-environment.sh; }

holds 'Fedora is told its command' answers 1 'hint: sudo dnf install nix nix-daemon git' setup_on 'ID=fedora\nVERSION_ID=44\n'
holds 'what is like Fedora, too' answers 1 'sudo dnf install' setup_on 'ID="nobara"\nID_LIKE="rhel centos fedora"\n'
holds 'Arch is told its command' answers 1 'hint: sudo pacman -S nix git' setup_on 'NAME="Arch Linux"\nID=arch\n'
holds 'what is like Arch, too' answers 1 'sudo pacman -S' setup_on 'ID=manjaro\nID_LIKE=arch\n'
holds 'openSUSE is told its command' answers 1 'hint: sudo zypper install nix git' setup_on 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'
holds 'Alpine is told its command' answers 1 'hint: doas apk add nix git' setup_on 'ID=alpine\n'
holds 'NixOS is told the lines of its configuration' answers 1 'nix.settings.experimental-features' setup_on 'ID=nixos\n'
holds 'one that nobody has heard of is told what to look for' answers 1 'nixos.org/download' setup_on 'ID=other\n'

no_flakes='case $1 in show-config) echo "experimental-features = " ;; *) exec /usr/bin/env true ;; esac'
printf '#!/bin/sh\n%s\n' "$no_flakes" >"$scratch/nix" && chmod +x "$scratch/nix"
nixos_without_flakes() {
  cp -r "$scratch/tools" "$scratch/nixos" && cp "$scratch/nix" "$scratch/nixos/nix" && on 'ID=nixos\n' "$scratch/nixos" scripts/setup-dev-environment.sh
}
before=$(cat /etc/nix/nix.conf)
holds 'NixOS writes its own configuration, so setup does not' answers 1 'nixos-rebuild switch' nixos_without_flakes
same() { [ "$before" = "$(cat /etc/nix/nix.conf)" ]; }
holds 'and the file is as it was' same

with_nix() { on 'ID=fedora\n' "$scratch/with-nix" GROUNDWORK_CACHE=file:///cache bash -c '! command -v apt-get && scripts/setup-dev-environment.sh'; }
holds 'with Nix, git and a binary cache, setup wants no apt' answers 0 'no apt, and none is needed' with_nix
finish
