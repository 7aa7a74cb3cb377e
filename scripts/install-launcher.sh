#!/usr/bin/env bash
# Puts `groundwork` on the path, with completion for bash, zsh and fish: links to what Nix has built, below /usr/local for
# root and ~/.local for others. A second run brings all of it up to this checkout. A file that is not ours stays.
#
#   install-launcher.sh            builds the launcher and links to it
#   install-launcher.sh --remove   takes all of that away again
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

say() { printf 'launcher: %s\n' "$1" >&2; }

prefix=/usr/local
[ "$(id -u)" -eq 0 ] || prefix=$HOME/.local
# All links go through this one, which also keeps the launcher from Nix' garbage collector.
root=$prefix/lib/groundwork/launcher
# The folders that were made for the links, one a line.
made=$prefix/lib/groundwork/folders
# Where this checkout is: `groundwork new` names it in a service's flake.
checkout=$prefix/lib/groundwork/checkout
files=(
  bin/groundwork
  share/bash-completion/completions/groundwork
  share/zsh/site-functions/_groundwork
  share/fish/vendor_completions.d/groundwork.fish
)

# is_ours FILE: whether this script made it.
is_ours() { [[ "$(readlink "$1")" = "$root"/* ]]; }

# Makes folder $1 and what is missing above it, and puts each on record; the record's own folder comes first.
make_folder() {
  local folder=$1 missing=()
  while [ ! -d "$folder" ]; do
    missing=("$folder" "${missing[@]}")
    folder=$(dirname "$folder")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  mkdir -p "$1"
  printf '%s\n' "${missing[@]}" >>"$made"
}

install() {
  local file
  make_folder "${made%/*}"
  printf '%s\n' "$project_root" >"$checkout"
  nix build --out-link "$root" "$flake#groundwork" || fail "the launcher does not build" "run scripts/start-dev-environment.sh"
  for file in "${files[@]}"; do
    if [ -e "$prefix/$file" ] || [ -L "$prefix/$file" ]; then
      is_ours "$prefix/$file" || say "$prefix/$file is not ours and stays as it is"
      continue
    fi
    make_folder "$(dirname "$prefix/$file")"
    ln -s "$root/$file" "$prefix/$file"
    [ "$file" != bin/groundwork ] || say "$prefix/$file is there now"
  done
  case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *)
      say "$prefix/bin is not on your PATH"
      say "hint: log in again, or add this to ~/.profile: PATH=\"$prefix/bin:\$PATH\""
      ;;
  esac
}

remove() {
  local file folder folders=()
  for file in "${files[@]}"; do
    ! is_ours "$prefix/$file" || rm "$prefix/$file"
  done
  [ ! -e "$made" ] || mapfile -t folders < <(tac "$made")
  rm -f "$root" "$made" "$checkout"
  # Nix would forget its own link the next time that it collects garbage.
  find /nix/var/nix/gcroots/auto -lname "$root" -delete 2>/dev/null || true
  for folder in "${folders[@]}"; do
    # Others may have put something in there since.
    [ ! -d "$folder" ] || rmdir --ignore-fail-on-non-empty "$folder"
  done
}

case "${1:-}" in
  '') install ;;
  --remove) remove ;;
  *) fail "unknown argument '$1'" "usage: install-launcher.sh [--remove]" 2 ;;
esac
