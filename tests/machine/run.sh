#!/usr/bin/env bash
# Proves the stack on machines like its users', made of Debian's own packages.
#
#   run.sh [--steps boot|quick|all] [--way kvm|user-mode|emulation] [NAME…]   these machines, or every one
#   run.sh --list                                                             what machines there are
#
# `boot` looks whether each machine is what it says; it needs no build. `quick` is without the requirements.
# `user-mode` runs a kernel as a process, where KVM runs none; the others run the distribution's own in QEMU.
# What each step printed is kept in ~/.cache/groundwork/logs/machines.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. scripts/lib/common.sh
. scripts/lib/apt.sh
. tests/lib/assert.sh
. tests/machine/lib/debian.sh
. tests/machine/lib/disk.sh
. tests/machine/lib/qemu.sh
. tests/machine/lib/user_mode.sh
. tests/machine/lib/guest.sh
. tests/machine/lib/steps.sh
. tests/machine/lib/sequences.sh

usage='usage: run.sh [--list] [--steps boot|quick|all] [--way kvm|user-mode|emulation] [NAME…]'
steps=all names=()
while [ "$#" -gt 0 ]; do
  case $1 in
    --list)
      for file in tests/machine/machines/*.sh; do
        printf '%-24s %s\n' "$(basename "$file" .sh)" "$(sed -n "s/^about='\(.*\)'$/\1/p" "$file")"
      done
      exit
      ;;
    --steps)
      case ${2:-} in
        boot | quick | all) steps=$2 ;;
        *) fail "unknown steps '${2:-}'" "$usage" 2 ;;
      esac
      shift
      ;;
    --way)
      case ${2:-} in
        kvm | user-mode | emulation) way=$2 ;;
        *) fail "unknown way '${2:-}'" "$usage" 2 ;;
      esac
      shift
      ;;
    -*) fail "unknown argument '$1'" "$usage" 2 ;;
    *)
      [ -e "tests/machine/machines/$1.sh" ] || fail "there is no machine '$1'" "tests/machine/run.sh --list" 2
      names+=("$1")
      ;;
  esac
  shift
done
if [ "${#names[@]}" -eq 0 ]; then
  for file in tests/machine/machines/*.sh; do
    names+=("$(basename "$file" .sh)")
  done
fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/groundwork
machines=$cache/machines scratch=$cache/machines/run
mkdir -p "$machines"
for program in qemu-system-x86_64 qemu-img debootstrap ssh; do
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || fail "there is no $program" "scripts/setup-dev-environment.sh --machines"
done
[ "$(df --output=avail -k "$machines" | tail -n 1)" -gt 15000000 ] ||
  fail "less than 15 GB are free at $machines" "free some, or set XDG_CACHE_HOME to another disk"
# NB: a machine holds the lock too, so that no other run takes away the disk below one that was left behind.
exec 9>"$machines/lock"
flock --nonblock 9 || fail "another run is under way, or left a machine behind" \
  "wait for it, or end the machine: kill \"\$(cat $scratch/pid)\""
rm -rf "$scratch"
mkdir -p "$scratch"
trap 'end_machine; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# What the machines get: nothing to see whether they start, the launcher otherwise.
launcher=() nft=''
if [ "$steps" != boot ]; then
  launcher=("$(built groundwork)")
  [ -n "${launcher[0]}" ] || fail "groundwork is not built" "scripts/build.sh"
  nft=$(built nftables)/bin/nft
fi

# shell_paths: prints what the development shell is made of, one store path a line.
shell_paths() {
  local shell reference
  nix develop "$flake" --command true >/dev/null 2>&1 || fail "nix develop does not work here" "nix develop --command true"
  shell=$(nix eval --raw "$flake#devShells.x86_64-linux.default.drvPath" 2>/dev/null)
  nix-store --query --references "$shell" | while read -r reference; do
    case $reference in
      *.drv) nix-store --query --outputs "$reference" ;;
      *) printf '%s\n' "$reference" ;;
    esac
  done
}

# try NAME: makes that machine, starts it and takes it through its steps.
try() {
  local about release init user memory disk boot_parameters='' with_shell='' folder image paths=("${launcher[@]}")
  name=$1 step_number=0 logs=$cache/logs/machines/$1
  rm -rf "$logs"
  mkdir -p "$logs"
  # shellcheck source=tests/machine/machines/debian-12.sh # each sets the same
  . "tests/machine/machines/$name.sh"
  printf '\n%s: %s\n' "$name" "$about"
  folder=$(debian_root "$release" "$init") || return
  [ -n "$factor" ] || choose_way "$folder/kernel"
  if [ -n "$with_shell" ] && [ "${#paths[@]}" -gt 0 ]; then
    shell_paths >"$scratch/shell" || return
    mapfile -t -O 1 paths <"$scratch/shell"
  fi
  image=$(disk_image "$folder" "${paths[@]}") || return
  if step 60 'it starts, and is what it says' boots "$folder" "$image"; then
    [ "$steps" = boot ] || "$steps"
    step 30 'it ends by itself' power_off
  fi
  end_machine
}

for name in "${names[@]}"; do
  try "$name" || failed=$((failed + 1))
done
printf '\nwhat the steps printed is in %s\n' "$cache/logs/machines"
finish
