#!/usr/bin/env bash
# Puts what the stack, the shells and the checks need into a binary cache, signed, so that another machine builds nothing:
# it needs Nix and neither sources nor compilers. Only what the cache lacks is written.
#
#   publish-cache.sh DEST                    a folder, oci://HOST/REPOSITORY[:TAG], http(s)://… with PUT, or s3://… with a Nix
#                                            that knows it
#   publish-cache.sh DEST --key FILE         signs with that secret key; otherwise with the one in GROUNDWORK_CACHE_SECRET_KEY
#   publish-cache.sh DEST --stack            only what the stack needs
#   publish-cache.sh DEST --level N          compresses by level N of zstd instead of 6
#   publish-cache.sh DEST --keep-days N      and removes from a folder what no publication of the last N days names
#   publish-cache.sh --new-key NAME FILE     makes a key: the secret part in FILE, the public one in nix/cache.pub
#
# The newest publication is always kept. What is built here is published; nothing is built for it.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/store.sh"

usage='usage: publish-cache.sh DEST [--key FILE] [--stack] [--level N] [--keep-days N], or publish-cache.sh --new-key NAME FILE'
destination='' key_file='' keep_days='' published=everything
# The stack takes 368 MB in 14 s of two cores; level 12 takes 354 MB in 57 s, level 19 nine minutes.
level=6
while [ "$#" -gt 0 ]; do
  case $1 in
    --new-key)
      [ "$#" -eq 3 ] || fail '--new-key wants a name and a file' "$usage" 2
      [ ! -e "$3" ] || fail "$3 exists already" "name another file, or publish with --key $3"
      (umask 077 && nix-store --generate-binary-cache-key "$2" "$3" "$3.pub")
      # The remarks stay.
      { grep '^#' "$project_root/nix/cache.pub" && cat "$3.pub" && echo; } >"$3.new"
      cat "$3.new" >"$project_root/nix/cache.pub"
      rm "$3.new" "$3.pub"
      printf 'the secret key is in %s: keep it out of Git; the public one is in nix/cache.pub: commit it\n' "$3"
      exit 0
      ;;
    --key)
      [ "$#" -ge 2 ] || fail '--key wants a file' "$usage" 2
      key_file=$2
      shift 2
      ;;
    --stack)
      published=stack
      shift
      ;;
    --level | --keep-days)
      [[ ${2:-} =~ ^[0-9]+$ ]] || fail "$1 wants a number" "$usage" 2
      if [ "$1" = --level ]; then level=$2; else keep_days=$2; fi
      shift 2
      ;;
    -*) fail "unknown argument '$1'" "$usage" 2 ;;
    *)
      [ -z "$destination" ] || fail "one destination at a time, not '$destination' and '$1'" "$usage" 2
      destination=$1
      shift
      ;;
  esac
done
[ -n "$destination" ] || fail 'no destination' "$usage" 2
cd "$project_root"
work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-publish.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ -z "$key_file" ]; then
  [ -n "${GROUNDWORK_CACHE_SECRET_KEY:-}" ] ||
    fail 'no key to sign with' "give --key FILE, or make one: scripts/publish-cache.sh --new-key NAME FILE"
  key_file=$work/key
  (umask 077 && printf '%s' "$GROUNDWORK_CACHE_SECRET_KEY" >"$key_file")
fi
[ -r "$key_file" ] || fail "there is no key at $key_file" "make one: scripts/publish-cache.sh --new-key NAME $key_file"
[ "$(nix key convert-secret-to-public <"$key_file" 2>/dev/null)" = "$(cache_key)" ] ||
  fail "the key in $key_file is not the one whose public part others check with" \
    "it must be that of nix/cache.pub, or of GROUNDWORK_CACHE_PUBLIC_KEY"

folder='' registry=''
case $destination in
  oci://*)
    open_registry "$destination" "$work"
    registry=$destination
    destination=file://$work/cache
    ;;
  *://*) ;;
  *)
    mkdir -p "$destination" 2>/dev/null || fail "the folder $destination cannot be made" "choose one where you may write"
    folder=$(realpath "$destination")
    destination=file://$folder
    ;;
esac

# Everything that is wanted of the outputs, as paths.
nix eval --raw "$flake#builds.published.$published" --apply 'paths: builtins.concatStringsSep "" (map (path: path + "\n") paths)' 2>"$work/eval.log" >"$work/paths" || {
  cat "$work/eval.log" >&2
  fail "the flake cannot list what is published"
}
xargs -a "$work/paths" nix-store --check-validity --print-invalid >"$work/lacking" 2>/dev/null || true
[ ! -s "$work/lacking" ] || {
  sed 's/^/  /' "$work/lacking" >&2
  fail "$(wc -l <"$work/lacking") of $(wc -l <"$work/paths") outputs are not built yet" "run scripts/build.sh --tests, and scripts/test.sh for the checks' results"
}
xargs -a "$work/paths" nix-store --query --requisites | sort -u >"$work/closure"

start=$SECONDS
case $destination in *\?*) joint='&' ;; *) joint='?' ;; esac
xargs -a "$work/paths" nix copy --to \
  "$destination${joint}compression=zstd&compression-level=$level&parallel-compression=true&secret-key=$key_file" \
  >"$work/copy.log" 2>&1 || {
  grep '^error' "$work/copy.log" >&2 || tail -n 3 "$work/copy.log" >&2
  fail "the cache $destination did not take it" "is it there, and may you write to it? an object store can also be given a folder's files by its own client"
}
if [ -n "$registry" ]; then
  push_cache "$work/cache" "$work" >"$work/pushed" || fail "the registry did not take all of $registry" "log in with docker login, whose configuration is read, or run this again"
  written=$(wc -l <"$work/pushed")
else
  written=$(grep -c '^copying path' "$work/copy.log" || true)
fi
printf 'published %s outputs, %s paths; %s were new (%s s)\n' "$(wc -l <"$work/paths")" "$(wc -l <"$work/closure")" "$written" $((SECONDS - start))
[ -n "$folder" ] || exit 0

# A record of what this publication needs, by which older ones can be told from it.
mkdir -p "$folder/publications"
record=$folder/publications/$(git rev-parse HEAD 2>/dev/null || echo unknown)
sed 's#^/nix/store/##' "$work/closure" >"$record"
[ -z "$keep_days" ] || {
  find "$folder/publications" -type f -mtime "+$keep_days" ! -samefile "$record" -delete
  # A path's file is named by its hash; a path's contents may serve several paths.
  cut -d - -f 1 "$folder"/publications/* | sort -u >"$work/kept"
  before=$(du -sm "$folder" | cut -f 1)
  find "$folder" -maxdepth 1 -name '*.narinfo' | while read -r narinfo; do
    grep -qx "$(basename "$narinfo" .narinfo)" "$work/kept" || rm "$narinfo"
  done
  find "$folder" -maxdepth 1 -name '*.narinfo' -exec sed -n 's/^URL: nar\///p' {} + | sort -u >"$work/nars"
  find "$folder/nar" -type f | while read -r nar; do
    grep -qxF "$(basename "$nar")" "$work/nars" || rm "$nar"
  done
  printf 'removed what no publication of the last %s days names: %s MB before, %s MB now\n' "$keep_days" "$before" "$(du -sm "$folder" | cut -f 1)"
}
printf 'the cache has %s MB; another machine takes from it with\n' "$(du -sm "$folder" | cut -f 1)"
printf '  scripts/start-dev-environment.sh --from %s\n' "$folder"
