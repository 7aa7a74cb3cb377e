#!/usr/bin/env bash
# Builds images and first-party programs again, in another folder and on one core, and compares them
# with the first build bit by bit. Prints `k/n bit-identical` and names each difference. Programs of the workspace are
# compiled in one piece for that, with no library of the first build. Where all are the same, a receipt is left in the Nix
# store, which scripts/publish-cache.sh publishes.
#
#   verify-reproducible.sh --once   not again what has a receipt
#   verify-reproducible.sh --all    every program of the stack
#
# The clock of the second build is simply later: Nix has no way to set it.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

once='' all=''
for argument in "$@"; do
  case $argument in
    --all) all=1 ;;
    --once) once=1 ;;
    *) fail "unknown argument '$argument'" "usage: verify-reproducible.sh [--all | --once]" 2 ;;
  esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "$all" ]; then
  names=$(nix eval --raw "$flake#packages.x86_64-linux" --apply '
    packages: builtins.concatStringsSep "\n" (builtins.filter
      (name: builtins.match "fetch-.*|default|crate-dependencies" name == null) (builtins.attrNames packages))' 2>/dev/null)
else
  names=$(nix eval --raw "$flake#rebuilt.names" --apply 'builtins.concatStringsSep "\n"' 2>/dev/null)
fi
total=$(wc -l <<<"$names")
if [ -n "$once" ] && nix-store --check-validity "$(nix eval --raw "$flake#rebuilt.receipt.outPath" 2>/dev/null)" 2>/dev/null; then
  printf '%s/%s bit-identical, as was seen before\n' "$total" "$total"
  exit 0
fi

# again NAME: builds it once more, and compares; `whole` with each of the workspace's programs.
again() {
  local options=(--no-link --cores 1 --option sandbox-build-dir /rebuild) whole folder program
  if [ "$1" != whole ]; then
    nix build "${options[@]}" --rebuild --keep-failed "$flake#$1"
    return
  fi
  nix build "${options[@]}" "$flake#whole" || return
  whole=$(nix eval --raw "$flake#whole.outPath")
  for folder in "$whole"/*; do
    program=${folder##*/}
    # That name is the launcher's with its stack.
    [ "$program" != groundwork ] || program=groundwork-unwrapped
    nix build --no-link "$flake#$program" || return
    diff -r "$(nix eval --raw "$flake#$program.outPath")" "$folder" || return
  done
}
export -f again

# rebuilt NAME: builds one again; prints a line that says whether it is the same.
rebuilt() {
  local name=$1 start=$SECONDS said
  if [ "$name" != whole ] && ! said=$(nix build --no-link "$flake#$name" 2>&1); then
    said="FAILED   $name does not build"$'\n'$(tail -n 20 <<<"$said" | sed 's/^/         /')
  elif said=$(again "$name" 2>&1); then
    said="same     $name ($((SECONDS - start)) s)"
  else
    said="DIFFERS  $name ($((SECONDS - start)) s)"$'\n'$(tail -n 20 <<<"$said" | sed 's/^/         /')
  fi
  # At once, as another's line may come at any time.
  printf '%s\n' "$said"
}
export -f rebuilt

# One core for each.
# shellcheck disable=SC2016 # the inner shell expands it
xargs --max-procs "$(nproc)" --max-args 1 bash -c 'rebuilt "$1"' rebuilt <<<"$names" | tee "$work/all"
identical=$(grep -c '^same ' "$work/all" || true)
printf '%s/%s bit-identical\n' "$identical" "$total"
[ "$identical" -eq "$total" ]
[ -n "$all" ] || nix build --no-link "$flake#rebuilt.receipt" 2>/dev/null
