#!/usr/bin/env bash
# Builds images and first-party programs again, in another folder and on one core, and compares them
# with the first build bit by bit; with --all every program of the stack. Prints `k/n bit-identical`
# and names each difference. Programs of the workspace are compiled in one piece for that, with no library of the first
# build. What was found the same leaves a receipt in the Nix store, which scripts/publish-cache.sh publishes.
#
#   verify-reproducible.sh [--all] [--once]   with --once not again what has a receipt, here or in GROUNDWORK_CACHE
#   verify-reproducible.sh [--all] --receipt  prints the receipt's path if there is one
#
# The clock of the second build is simply later: Nix has no way to set it.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/store.sh"
cd "$project_root"

select='name: builtins.match "(image|whole)-.*" name != null || builtins.elem name ["console-page" "stack"]' once='' receipt=''
for argument in "$@"; do
  case $argument in
    --all) select='name: builtins.match "fetch-.*|default|crate-dependencies" name == null' ;;
    --once) once=1 ;;
    --receipt) receipt=1 ;;
    *) fail "unknown argument '$argument'" "usage: verify-reproducible.sh [--all] [--once | --receipt]" 2 ;;
  esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Each output with its derivation, which stands for all that it is made of: the content of the receipt.
nix eval --raw "$flake#packages.x86_64-linux" --apply "
  packages: builtins.concatStringsSep \"\" (map (name: \"\${name} \${packages.\${name}.drvPath}\\n\")
    (builtins.filter ($select) (builtins.attrNames packages)))" 2>/dev/null >"$work/groundwork-rebuilt"
names=$(cut -d ' ' -f 1 "$work/groundwork-rebuilt")
total=$(wc -l <<<"$names")
# And how it was compared.
sha256sum <"$project_root/scripts/verify-reproducible.sh" >>"$work/groundwork-rebuilt"
path=$(nix-store --print-fixed-path sha256 "$(nix-hash --type sha256 --flat --base32 "$work/groundwork-rebuilt")" groundwork-rebuilt)

# Whether the receipt is in the store, or can be had from the cache.
have_receipt() {
  nix-store --check-validity "$path" 2>/dev/null && return
  [ -n "$(cache_address)" ] || return 1
  use_cache
  as_root nix-store --realise "${cache_options[@]}" "$path" >/dev/null 2>&1
}
if [ -n "$receipt" ]; then
  have_receipt || exit 1
  printf '%s\n' "$path"
  exit 0
fi
if [ -n "$once" ] && have_receipt; then
  printf '%s/%s bit-identical, as was seen before\n' "$total" "$total"
  exit 0
fi

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

# One core for each.
# shellcheck disable=SC2016 # the inner shell expands it
xargs --max-procs "$(nproc)" --max-args 1 bash -c 'rebuilt "$1"' rebuilt <<<"$names" | tee "$work/all"
identical=$(grep -c '^same ' "$work/all" || true)
printf '%s/%s bit-identical\n' "$identical" "$total"
[ "$identical" -eq "$total" ]
nix-store --add-fixed sha256 "$work/groundwork-rebuilt" >/dev/null
