#!/usr/bin/env bash
# shellcheck disable=SC2016 # what is quoted is for the shell in the root
# Proves that uninstall.sh leaves a machine as setup-dev-environment.sh found it: a Debian's root folder is listed, set up,
# uninstalled and listed again. Needs root, debootstrap and Debian's mirror; a copy of the root takes 0.4 GB.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. scripts/lib/apt.sh
. tests/machine/lib/debian.sh
. tests/machine/lib/listing.sh

cache=${XDG_CACHE_HOME:-$HOME/.cache}/groundwork
machines=$cache/machines
mkdir -p "$machines"
PATH=$PATH:/usr/sbin command -v debootstrap >/dev/null || fail "there is no debootstrap" "scripts/setup-dev-environment.sh --machines"
# Not a machine's: those have Nix and git from the start.
original=$machines/debian-bare-bookworm
scratch=$(mktemp -d "$machines/uninstall.XXXXXX")
root=$scratch/root
trap 'as_root rm -rf --one-file-system "$scratch"' EXIT
trap 'exit 130' INT TERM

make_original() {
  local mirror
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail "cannot tell which Debian mirror to use" "set DEBIAN_MIRROR to the address of one"
  as_root rm -rf --one-file-system "$original" "$original.part"
  as_root debootstrap --include=sudo,libpam-systemd,dbus bookworm "$original.part" "$mirror" &&
    in_root "$original.part" adduser --quiet --disabled-password --gecos 'An ordinary user' person &&
    in_root "$original.part" adduser --quiet person sudo &&
    printf '%%sudo ALL=(ALL:ALL) NOPASSWD: ALL\n' | as_root tee "$original.part/etc/sudoers.d/no-password" >/dev/null &&
    printf '127.0.0.1 localhost %s\n' "$(hostname)" | as_root tee "$original.part/etc/hosts" >/dev/null &&
    # A machine that is in use: the first sudo and the first update leave something behind.
    in_root "$original.part" su --login person --command 'sudo true' &&
    in_root "$original.part" sh -c 'apt-get clean && apt-get -qq update' &&
    as_root mv "$original.part" "$original"
}
if [ ! -e "$original" ]; then
  printf 'making a Debian, about two minutes\n'
  make_original >"$scratch/log" 2>&1 || {
    tail -n 15 "$scratch/log" >&2
    fail "the Debian could not be made"
  }
fi

# fresh USER: a copy of that Debian with a clone of this project as it lies here, of that user's.
fresh() {
  as_root rm -rf --one-file-system "$root"
  as_root cp -a "$original" "$root" &&
    as_root mkdir "$root/project" &&
    git ls-files -z --cached --others --exclude-standard | tar --null --files-from - -c | as_root tar -C "$root/project" -x &&
    as_root git -C "$root/project" init -q &&
    in_root "$root" chown -R "$1:$1" /project
}

# inside USER COMMAND: runs it in a shell in the root's clone. All of a machine's life is one command, so mounts last.
inside() { in_root "$root" su --login "$1" --command "cd /project && { $2; }"; }

# leaves_nothing_behind USER BEFORE AFTER: listed before and after set-up and removal, the root is the same.
# BEFORE is done first, AFTER between the two.
leaves_nothing_behind() {
  local user=$1
  fresh "$user" && inside root "$2" || return
  list "$root" >"$scratch/before"
  inside "$user" "cat /proc/self/mounts >/tmp/mounts; scripts/setup-dev-environment.sh && { $3; } && scripts/uninstall.sh --yes && diff /tmp/mounts /proc/self/mounts" || return
  list "$root" >"$scratch/after"
  [ "$(wc -l <"$scratch/before")" -gt 5000 ] && diff "$scratch/before" "$scratch/after"
}

# Something has to be there, or nothing was shown.
is_set_up='nix show-config | grep flakes && git --version && test -x .git/hooks/pre-push && test -e /var/lib/groundwork-setup/brought'
# What work leaves: results in the store, and what Nix and Cargo keep in the home.
is_used='nix flake metadata path:. && nix-store --add README.md && mkdir -p ~/.cache/nix ~/.cargo/registry ~/.npm'
holds 'what root has set up is removed without a trace' \
  leaves_nothing_behind root true "$is_set_up && $is_used"
holds 'what an ordinary user has set up is removed without a trace, with the users and groups of Nix' \
  leaves_nothing_behind person true "$is_set_up && getent passwd nixbld1"
holds 'a hook of a person'"'"'s own is back' \
  leaves_nothing_behind root 'printf "#!/bin/sh\n" >.git/hooks/pre-commit' 'test -e .git/hooks/pre-commit.own'
holds 'a machine without package lists has none again' \
  leaves_nothing_behind root 'rm -rf /var/lib/apt/lists/*' 'ls /var/lib/apt/lists/*_Packages*'
nix_of_their_own="apt-get -qq update && apt-get -qq install --yes --no-install-recommends nix-bin ca-certificates &&
  mkdir /etc/nix && printf 'cores = 1' >/etc/nix/nix.conf && echo data >/root/data && nix-store --add /root/data"
holds 'a Nix that was there before keeps its store and its configuration' \
  leaves_nothing_behind root "$nix_of_their_own" "$is_set_up && nix show-config | grep '^cores = 1'"

# What stands for the launcher here does what its `destroy` has to do; validation shows that of the real one.
state_of_a_stack='mkdir -p /var/lib/groundwork/etcd /run/groundwork /nix/var/nix/gcroots &&
  cd /nix/var/nix/gcroots && mkdir -p groundwork-$(printf /var/lib/groundwork | sha256sum | head -c 16)/launcher/bin && cd groundwork-*/launcher/bin &&
  printf "#!/bin/sh\n[ \"\$*\" = \"--state-dir /var/lib/groundwork destroy --yes\" ] && rm -r /var/lib/groundwork /nix/var/nix/gcroots/groundwork-*\n" >groundwork &&
  chmod +x groundwork && cd /project'
holds 'a stack is destroyed by the launcher that started it' \
  leaves_nothing_behind root true "$is_set_up && $state_of_a_stack"

# The shell that installs is killed as soon as dpkg has begun, and apt goes on alone.
cut_off() {
  fresh root && list "$root" >"$scratch/before" &&
    ! inside root 'echo "DPkg::Pre-Invoke { \"kill -KILL \$(cat /tmp/pid)\"; };" >/etc/apt/apt.conf.d/cut
      bash -c "echo \$\$ >/tmp/pid; exec scripts/setup-dev-environment.sh"; code=$?
      for i in $(seq 120); do ps -e -o stat,comm | grep "^[^Z].*\(apt-get\|dpkg\)" || break; sleep 1; done; exit "$code"' &&
    as_root rm "$root/etc/apt/apt.conf.d/cut" &&
    inside root 'test -e /var/lib/groundwork-setup/before && dpkg-query --show nix-bin && scripts/uninstall.sh --yes' || return
  list "$root" >"$scratch/after"
  diff "$scratch/before" "$scratch/after"
}
holds 'a set-up that was cut off in the installation is removed too' cut_off

# A package of the person's own that needs git, which setup brought.
keeps_what_is_needed() {
  local said
  fresh root && said=$(inside root 'scripts/setup-dev-environment.sh >&2 && mkdir -p /tmp/own/DEBIAN &&
    printf "Package: own\nVersion: 1\nArchitecture: all\nDepends: git\nMaintainer: nobody\nDescription: own\n" >/tmp/own/DEBIAN/control &&
    dpkg-deb --build /tmp/own >&2 && dpkg --install /tmp/own.deb >&2 && scripts/uninstall.sh --yes && git --version && ! nix --version') || return
  printf '%s\n' "$said"
  grep -q '^these stay.* git ' <<<"$said"
}
holds 'a package stays that another needs which came later' keeps_what_is_needed

# asks: without --yes nothing changes where nobody can answer.
asks() {
  fresh root && inside root scripts/setup-dev-environment.sh && list "$root" >"$scratch/before" || return
  answers 2 'hint: scripts/uninstall.sh --yes' inside root scripts/uninstall.sh &&
    answers 2 'nix-bin' inside root scripts/uninstall.sh || return
  list "$root" >"$scratch/after"
  diff "$scratch/before" "$scratch/after"
}
holds 'without --yes it says what would go, and changes nothing' asks
finish
