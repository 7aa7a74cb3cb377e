#!/usr/bin/env bash
# Builds images and first-party programs again, in another folder and on one core, and compares them
# with the first build bit by bit; with --all every program of the stack. Prints `k/n bit-identical`
# and names each difference. Programs of the workspace are compiled in one piece for that, with no library of the first
# build.
#
# The clock of the second build is simply later: Nix has no way to set it.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

case "${1:-}" in
  '') select='name: builtins.match "(image|whole)-.*" name != null || builtins.elem name ["console-page" "stack"]' ;;
  --all) select='name: builtins.match "fetch-.*|default|crate-dependencies" name == null' ;;
  *) fail "unknown argument '$1'" "usage: verify-reproducible.sh [--all]" 2 ;;
esac
names=$(nix eval --raw "$flake#packages.x86_64-linux" --apply "
  packages: builtins.concatStringsSep \"\n\" (builtins.filter ($select) (builtins.attrNames packages))" 2>/dev/null)

# again NAME: builds it once more. What is called whole-NAME is compared with NAME.
again() {
  local options=(--no-link --cores 1 --option sandbox-build-dir /rebuild)
  case $1 in
    whole-*)
      nix build "${options[@]}" "$flake#$1" &&
        diff -r "$(nix eval --raw "$flake#${1#whole-}.outPath")" "$(nix eval --raw "$flake#$1.outPath")"
      ;;
    *) nix build "${options[@]}" --rebuild --keep-failed "$flake#$1" ;;
  esac
}
export -f again

# rebuilt NAME: builds one again; prints a line that says whether it is the same.
rebuilt() {
  local name=$1 start=$SECONDS said
  if ! said=$(nix build --no-link "$flake#${name#whole-}" 2>&1); then
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

all=$(mktemp)
trap 'rm -f "$all"' EXIT
# One core for each.
# shellcheck disable=SC2016 # the inner shell expands it
xargs --max-procs "$(nproc)" --max-args 1 bash -c 'rebuilt "$1"' rebuilt <<<"$names" | tee "$all"
total=$(wc -l <<<"$names")
identical=$(grep -c '^same ' "$all" || true)
printf '%s/%s bit-identical\n' "$identical" "$total"
[ "$identical" -eq "$total" ]
