# shellcheck shell=bash disable=SC2034,SC2154 # common.sh sets project_root; the list is for others
# The changes that setup and start make on a machine: the one list of them. start-dev-environment.sh shows it before,
# uninstall.sh undoes it from its end.
#
# Expects common.sh and record.sh.

changes=(packages settings store home hooks command stack)

# about CHANGE: what it is.
about() {
  case $1 in
    packages) echo "packages of the distribution: Nix and git, with what they need" ;;
    settings) echo "/etc/nix: a marked block in nix.conf, and empty-registry.json" ;;
    store) echo "/nix: what Nix builds, about 11 GB" ;;
    home) echo "$HOME: .cache/groundwork, and the caches of Nix, Cargo, npm, Maven and Go" ;;
    hooks) echo "this clone: the Git hooks pre-commit and pre-push, which keep secrets out" ;;
    command) echo "groundwork on the path, with completions" ;;
    stack) echo "the stack: /var/lib/groundwork and /run/groundwork; while it runs its processes, mounts and network" ;;
  esac
}

# found_CHANGE: prints what of it is on this machine, in a few words a line; nothing where there is nothing.

found_packages() {
  local name
  still_brought package
  still_brought returned
  for name in $(brought user); do ! getent passwd "$name" >/dev/null || printf 'user %s\n' "$name"; done
  for name in $(brought group); do ! getent group "$name" >/dev/null || printf 'group %s\n' "$name"; done
}
# still_brought KIND: the packages of that kind in the record that dpkg knows, a line each, without their architecture:
# it is the machine's own.
still_brought() {
  local package
  command -v dpkg-query >/dev/null || return 0
  for package in $(brought "$1"); do
    # Without one of these only configuration of it is left, and of those that are `returned` it stays.
    dpkg-query --show --showformat '${db:Status-Abbrev}\n' "$package" 2>/dev/null |
      grep -E "$([ "$1" = package ] && echo '^.[^n]' || echo '^.[^nc]')" >/dev/null && printf '%s\n' "${package%%:*}"
  done
  return 0
}

found_settings() {
  ! has_block /etc/nix/nix.conf || echo 'the block in /etc/nix/nix.conf'
  if was_absent /etc/nix/empty-registry.json && [ -e /etc/nix/empty-registry.json ]; then echo /etc/nix/empty-registry.json; fi
}

# nix_came: whether setup brought Nix. Its store is nobody else's then.
nix_came() { was_absent /nix && grep -qx 'package nix-bin' "$record/brought" 2>/dev/null; }

found_store() {
  if nix_came; then
    [ ! -e /nix ] || echo /nix
  else
    dead_roots | sed 's/^/link of the garbage collector: /'
  fi
}
# Prints links by which Nix keeps what this clone or its scripts have asked for.
dead_roots() {
  local link target git=''
  git=$(git -C "$project_root" rev-parse --path-format=absolute --git-common-dir 2>/dev/null) || true
  for link in /nix/var/nix/gcroots/auto/*; do
    target=$(readlink "$link") || continue
    case $target in
      "${git:-/none}"/groundwork/* | */lib/groundwork/launcher | */groundwork-sources.*/client-*) printf '%s\n' "$link" ;;
    esac
  done
}

found_home() {
  local place
  [ ! -e "${home_record%/*}" ] || printf '%s\n' "${home_record%/*}"
  # What was not there before, or lies in what was not.
  [ -e "$home_record" ] || return 0
  home_trees | while read -r place; do
    if grep -qxF -- "$place" "$home_record" && { [ -e "$place" ] || [ -L "$place" ]; }; then
      case $place in
        *nix*) ! nix_came || printf '%s\n' "$place" ;;
        *) printf '%s\n' "$place" ;;
      esac
    fi
  done
}

found_hooks() {
  local git
  git=$(git -C "$project_root" rev-parse --path-format=absolute --git-common-dir 2>/dev/null) || return 0
  grep -ls "^# Groundwork's Git hook" "$git"/hooks/{pre-commit,pre-push} || true
  [ ! -e "$git/groundwork" ] || printf '%s\n' "$git/groundwork"
}

# The launcher's links and their record, below where scripts/install-launcher.sh puts them.
found_command() { find /usr/local/lib/groundwork "$HOME/.local/lib/groundwork" -maxdepth 0 2>/dev/null || true; }

state=${GROUNDWORK_STATE_DIR:-/var/lib/groundwork}
found_stack() {
  find "$state" /run/groundwork -maxdepth 0 -printf '%p, with its data\n' 2>/dev/null || true
  [ ! -e /etc/systemd/system/groundwork.service ] || echo '/etc/systemd/system/groundwork.service'
  find /nix/var/nix/gcroots -maxdepth 1 -name 'groundwork-*' 2>/dev/null || true
}
