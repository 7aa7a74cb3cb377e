#!/usr/bin/env bash
# Undoes what setup-dev-environment.sh and start-dev-environment.sh changed on this machine, and nothing else: what was
# there before them stays. The stack's data goes. Safe to run twice; interrupted, it goes on where it stopped.
#
#   uninstall.sh         lists what it would remove, and asks
#   uninstall.sh --yes   does it
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/record.sh"
. "$project_root/scripts/lib/changes.sh"
# Not in a folder that goes.
cd "$project_root"

yes=''
case "${1:-}" in
  '') ;;
  --yes) yes=1 ;;
  *) fail "unknown argument '$1'" "usage: uninstall.sh [--yes]" 2 ;;
esac

# backwards: the changes, the last one first.
backwards() { printf '%s\n' "${changes[@]}" | tac; }

# show: prints what is there; succeeds if there is anything.
show() {
  local change found any=1
  for change in $(backwards); do
    found=$("found_$change")
    [ -n "$found" ] || continue
    any=0
    about "$change"
    # Many packages are one paragraph.
    if [ "$change" = packages ]; then found=$(tr '\n' ' ' <<<"$found" | fold -s -w 100); fi
    printf '    %s\n' "${found//$'\n'/$'\n'    }"
  done
  [ ! -e "$record" ] || { any=0; printf '%s: the record of all that\n' "$record"; }
  return "$any"
}

# remove PLACE: all of it, as root where it is root's.
remove() { rm -rf --one-file-system "$1" 2>/dev/null || as_root rm -rf --one-file-system "$1"; }

undo_stack() {
  local launcher
  # The launcher that started it: Nix keeps it for as long as the stack is there.
  launcher=/nix/var/nix/gcroots/groundwork-$(printf '%s' "$state" | sha256sum | head -c 16)/launcher/bin/groundwork
  if [ -x "$launcher" ]; then
    as_root "$launcher" --state-dir "$state" destroy --yes ||
      fail "the stack in $state is not destroyed" "see the lines above, then run this again"
  elif [ -e "$state" ]; then
    { command -v nix >/dev/null && nix run "$flake#destroy" -- --yes --state-dir "$state"; } ||
      fail "the stack in $state is not destroyed" "scripts/start-dev-environment.sh builds its launcher; then run this again"
  fi
  as_root rmdir "$state" /run/groundwork 2>/dev/null || true
  [ -z "$(found_stack)" ] ||
    fail "there is another stack: $(found_stack | tr '\n' ' ')" "say where its state is: GROUNDWORK_STATE_DIR=FOLDER scripts/uninstall.sh"
}

undo_command() {
  local folder
  scripts/install-launcher.sh --remove
  # Where that was interrupted, its folder is left.
  found_command | while read -r folder; do rmdir "$folder" || true; done
}

undo_hooks() {
  ! command -v git >/dev/null || scripts/install-git-hooks.sh --remove
}

undo_home() {
  local place lines
  lines=$(cat "$home_record" 2>/dev/null || true)
  found_home | while read -r place; do
    [ "$place" = "${home_record%/*}" ] || remove "$place"
  done
  # The cache holds the record of the rest, so the two go together. Root's own are in it, of the machines that are tried.
  remove "${home_record%/*}"
  home_folders | while read -r place; do
    ! grep -qxF -- "$place" <<<"$lines" || rmdir "$place" 2>/dev/null || true
  done
}

undo_store() {
  if nix_came; then
    # The daemon holds the store open; its package is still there.
    [ ! -d /run/systemd/system ] || as_root systemctl stop nix-daemon.socket nix-daemon.service 2>/dev/null || true
    while read -r _ place _; do
      case $place in /nix | /nix/*) as_root umount "$place" ;; esac
    done < <(tac /proc/self/mounts)
    as_root rm -rf --one-file-system /nix
  else
    dead_roots | while read -r place; do as_root rm -f "$place"; done
  fi
}

undo_settings() {
  ! has_block /etc/nix/nix.conf || remove_block /etc/nix/nix.conf
  ! was_absent /etc/nix/empty-registry.json || as_root rm -f /etc/nix/empty-registry.json
  if was_absent /etc/nix/nix.conf && [ ! -s /etc/nix/nix.conf ]; then as_root rm -f /etc/nix/nix.conf; fi
}

undo_packages() {
  local package kept='' user group
  local -a purged=() removed=()
  mapfile -t purged < <(still_brought package)
  mapfile -t removed < <(still_brought returned | sed 's/$/-/')
  if [ "${#purged[@]}" -gt 0 ]; then
    # What something needs that came later stays, with what that needs of it.
    kept=$(needed_by_others "${purged[@]}")
    mapfile -t purged < <(printf '%s\n' "${purged[@]}" | grep -vxF -f <(printf '%s\n' "$kept") || true)
    [ -z "$kept" ] || printf 'these stay, as packages that came after setup need them: %s\n' "$(tr '\n' ' ' <<<"$kept")"
  fi
  apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq --yes -o APT::Get::AutomaticRemove=false "$@" >/dev/null; }
  [ "${#removed[@]}" -eq 0 ] || apt_get remove "${removed[@]%-}" || fail "apt cannot remove packages" "see its message above"
  [ "${#purged[@]}" -eq 0 ] || apt_get purge "${purged[@]}" || fail "apt cannot remove packages" "see its message above"
  # Debian's packages leave their users behind.
  if [ -z "$kept" ]; then
    for user in $(brought user); do ! getent passwd "$user" >/dev/null || as_root userdel "$user" 2>/dev/null; done
    for group in $(brought group); do ! getent group "$group" >/dev/null || as_root groupdel "$group"; done
  fi
}

# needed_by_others PACKAGE…: prints those of them that a package needs which is none of them.
needed_by_others() {
  local -a candidates=("$@")
  local others needed kept=()
  while others=$(apt-get --simulate -o APT::Get::AutomaticRemove=false purge "${candidates[@]}" |
    awk '$1 == "Purg" || $1 == "Remv" { print $2 }' | sort | comm -23 - <(printf '%s\n' "${candidates[@]}" | sort)) &&
    [ -n "$others" ]; do
    # shellcheck disable=SC2086 # the names are words
    needed=$(apt-cache depends --installed --recurse --no-recommends --no-suggests --no-enhances --no-conflicts --no-breaks --no-replaces $others |
      sed 's/^[ |]*\(Pre\)\?Depends: //' | sort -u | comm -12 - <(printf '%s\n' "${candidates[@]}" | sort))
    [ -n "$needed" ] || break
    mapfile -t -O "${#kept[@]}" kept <<<"$needed"
    mapfile -t candidates < <(printf '%s\n' "${candidates[@]}" | grep -vxF -f <(printf '%s\n' "$needed"))
    [ "${#candidates[@]}" -gt 0 ] || break
  done
  [ "${#kept[@]}" -eq 0 ] || printf '%s\n' "${kept[@]}"
}

# undo_rest: folders that are empty by now, what apt made on its way, and the record itself.
undo_rest() {
  local place
  while read -r place; do
    case $place in
      /etc/nix) as_root rmdir "$place" 2>/dev/null || true ;;
      # A pattern; it is ours.
      '/var/lib/apt/lists/*_*') as_root find /var/lib/apt/lists -maxdepth 1 -name '*_*' -delete ;;
      /var/lib/apt/lists/lock | /var/cache/apt/*) as_root rm -f "$place" ;;
      /var/lib/apt/lists/*) as_root rm -rf "$place" ;;
      # Without an entry it says nothing.
      /var/lib/apt/extended_states) [ -s "$place" ] || as_root rm -f "$place" ;;
    esac
  done < <(cat "$record/absent-before" 2>/dev/null || true)
  as_root rm -rf "$record"
}

if [ -z "$yes" ]; then
  show || { echo 'nothing of Groundwork is on this machine'; exit 0; }
  if [ ! -t 0 ]; then
    fail "this removes all of that, and there is nobody to ask" "scripts/uninstall.sh --yes" 2
  fi
  read -r -p 'This removes all of that, with the data of the stack. Type yes to go on: ' yes
  [ "$yes" = yes ] || fail "nothing was removed"
fi

# A setup that was cut off within an installation has not written down what came.
[ ! -e "$record/before" ] || close_record
for change in $(backwards); do
  [ -n "$("found_$change")" ] || continue
  printf 'removing %s\n' "$(about "$change")"
  "undo_$change"
done
undo_rest
echo 'removed; this clone is yours to keep or delete'
