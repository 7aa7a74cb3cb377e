#!/usr/bin/env bash
# Installs what Groundwork needs and this machine lacks: Nix, with flakes and its sandbox on; and the Git hooks.
# Safe to run twice; a Nix that is already there keeps its configuration. What it changes is written down first, and
# scripts/uninstall.sh undoes it.
#
#   setup-dev-environment.sh           what the stack needs
#   setup-dev-environment.sh --tests   and Chromium, in which scripts/test.sh looks at the console
#   setup-dev-environment.sh --machines   and QEMU and debootstrap, for the machines of scripts/test.sh --machines
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/record.sh"
. "$project_root/scripts/lib/distribution.sh"

tests='' machines=''
for argument in "$@"; do
  case $argument in
    --tests) tests=1 ;;
    --machines) machines=1 ;;
    *) fail "unknown argument '$argument'" "usage: setup-dev-environment.sh [--tests] [--machines]" 2 ;;
  esac
done

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
  fail "this is $(uname -s) on $(uname -m); Groundwork builds for Linux on x86_64" \
    "use such a machine, a virtual one or WSL2" 3

# Installs the Debian packages that are not there yet.
install_packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep ' installed$' >/dev/null || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  printf 'installing %s\n' "${missing[*]}"
  remember_machine
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null ||
    fail "apt cannot read its package lists" "check the network and /etc/apt"
  with_record as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
    -o APT::Keep-Downloaded-Packages=false "${missing[@]}" >/dev/null ||
    fail "apt cannot install ${missing[*]}" "see its message above"
}

remember_home
if ! command -v nix >/dev/null; then
  command -v apt-get >/dev/null ||
    fail "Nix is not installed, and this is not a Debian" "$(how_to_get_nix), then run this again"
  # Users other than root need Nix' daemon, and that needs systemd.
  if [ "$(id -u)" -eq 0 ]; then
    install_packages nix-bin git ca-certificates debian-archive-keyring
  else
    install_packages nix-bin nix-setup-systemd git ca-certificates debian-archive-keyring
  fi
fi
# Not part of the installation, so that a run that was interrupted in between is completed.
if ! nix show-config 2>/dev/null | grep '^experimental-features = .*flakes' >/dev/null; then
  case " $(distribution)" in
    *' nixos '*) fail "Nix has no flakes, and NixOS makes its configuration anew" "$(how_to_get_nix)" ;;
  esac
  printf 'configuring Nix in /etc/nix/nix.conf\n'
  # NB: without `substitute = false` and an empty registry of flakes each command waits for hosts that
  # a closed network does not reach. Nothing here comes from a binary cache.
  remember_machine
  as_root mkdir -p /etc/nix
  printf '{"flakes": [], "version": 2}\n' | as_root tee /etc/nix/empty-registry.json >/dev/null
  {
    printf '# Flakes, a closed sandbox, nothing from a binary cache.\n'
    printf 'experimental-features = nix-command flakes\nsandbox = true\nsubstitute = false\nflake-registry = /etc/nix/empty-registry.json\n'
    [ "$(id -u)" -ne 0 ] || printf 'build-users-group =\n'
  } | add_block /etc/nix/nix.conf
fi
if ! command -v git >/dev/null; then
  command -v apt-get >/dev/null || fail "git is not installed, and this is not a Debian" "$(how_to_get_nix), then run this again"
  install_packages git
fi
if [ -n "$tests" ] && ! command -v "${CHROMIUM:-chromium}" >/dev/null; then
  command -v apt-get >/dev/null ||
    fail "there is no ${CHROMIUM:-chromium}, and this is not a Debian" "install Chromium and set CHROMIUM to its program"
  install_packages chromium fonts-dejavu-core
fi
if [ -n "$machines" ]; then
  command -v apt-get >/dev/null ||
    fail "the machines are made of Debian's packages, and this is not a Debian" "install QEMU, debootstrap, an SSH client, apt and what a kernel is built with"
  install_packages qemu-system-x86 qemu-utils debootstrap openssh-client e2fsprogs
  # The kernel that runs as a process is built here, and has its cable from iproute2.
  install_packages build-essential flex bison bc xz-utils iproute2
fi
"$project_root/scripts/install-git-hooks.sh"

"$project_root/scripts/verify-environment.sh"
