# shellcheck shell=bash disable=SC2154 # common.sh sets them
# What the Nix store has, what it lacks, and what a binary cache can give it. Expects common.sh.

. "$project_root/scripts/lib/registry.sh"

# The public key that a binary cache must have signed with: the project's, or that of whoever set up another cache.
cache_key() {
  printf '%s\n' "${GROUNDWORK_CACHE_PUBLIC_KEY:-$(grep -v '^#' "$project_root/nix/cache.pub" 2>/dev/null)}"
}

# Sets cache_options: Nix' options with which it asks the cache GROUNDWORK_CACHE and believes what that key has signed, for
# one command. What a registry lists of one comes into FOLDER before.
# NB: what a cache has and lacks would otherwise be remembered: for 30 days and for an hour.
use_cache() {
  cache_options=(--option substitute false)
  local key address=${GROUNDWORK_CACHE:-} folder=$1
  [ -n "$address" ] || return 0
  key=$(cache_key)
  [ -n "$key" ] ||
    fail "no public key for the binary cache $GROUNDWORK_CACHE" \
      "set GROUNDWORK_CACHE_PUBLIC_KEY to the key of whoever publishes it, or put it into nix/cache.pub"
  case $address in
    oci://*)
      open_registry "$address" "$folder"
      pull_cache "$folder/cache" "$address"
      address=file://$folder/cache
      ;;
    *://*) ;;
    *) address=file://$(realpath -m "$address") ;;
  esac
  cache_options=(
    --option substitute true --option substituters "$address" --option trusted-public-keys "$key"
    --option narinfo-cache-positive-ttl 0 --option narinfo-cache-negative-ttl 0
    --option connect-timeout 10 --option download-attempts 3
  )
}

# plan FOLDER DERIVATION…: writes the derivations that are still to be built for these to FOLDER/to-build, and the paths
# that the cache has for them to FOLDER/to-load.
plan() {
  local folder=$1
  shift
  nix-store --realise --dry-run "$@" "${cache_options[@]}" 2>"$folder/plan" >/dev/null ||
    fail "Nix cannot say what is to be built" "$(tail -n 1 "$folder/plan")"
  grep -E '^ +/nix/store/.*\.drv$' "$folder/plan" | tr -d ' ' >"$folder/to-build" || true
  grep -E '^ +/nix/store/' "$folder/plan" | grep -v '\.drv$' | tr -d ' ' >"$folder/to-load" || true
}

# list_builds SET FOLDER: writes what scripts/build.sh builds to FOLDER/builds: steps by name, seconds and derivation, in
# order; and the derivations that are wanted in the end for SET of nix/builds.nix. What a new machine cannot list, none may.
list_builds() {
  nix eval --raw --option allow-import-from-derivation false "$flake#builds" --apply "builds: builtins.concatStringsSep \"\" (
    map (it: \"step \${it.name} \${toString it.seconds} \${it.derivation}\\n\") builds.steps
    ++ map (it: \"wanted \${it}\\n\") builds.wanted.$1)" >"$2/builds" 2>"$2/eval.log"
}

# missing_steps FOLDER: those of FOLDER/builds that FOLDER/to-build names, by name, seconds and derivation.
missing_steps() { sed -n 's/^step //p' "$1/builds" | awk 'NR == FNR { missing[$1]; next } $3 in missing' "$1/to-build" -; }

# progress COMMAND…: shows the line that it prints, when one is due: every second on a terminal, where it replaces the one
# before, and every 15 s elsewhere, from the second one on.
line_due=2
progress() {
  local line
  [ "$SECONDS" -ge "$line_due" ] || return 0
  line=$("$@")
  [ -n "$line" ] || return 0
  if [ -t 1 ]; then
    printf '\r\033[K%s' "${line:0:110}"
    line_due=$((SECONDS + 1))
  else
    printf '%s\n' "$line"
    line_due=$((SECONDS + 15))
  fi
}
# Makes room on a terminal for a line that stays.
end_progress() { [ ! -t 1 ] || printf '\r\033[K'; }

# load FOLDER: takes the paths of FOLDER/to-load from the cache, each with all that it needs or not at all. Prints how far it is and
# what came; and what did not, with the reason: that is then built. Its process is $loading.
load() {
  local folder=$1 start=$SECONDS total size came paths
  mapfile -t paths <"$folder/to-load"
  total=${#paths[@]}
  [ "$total" -gt 0 ] || return 0
  size=$(sed -nE 's/^th(is|ese [0-9]+) paths? will be fetched \((.*)\):$/\2/p' "$folder/plan")
  printf 'from the binary cache %s: %s paths%s\n' "$GROUNDWORK_CACHE" "$total" "${size:+, $size}"
  # NB: only root may choose the cache of a Nix with a daemon; and sudo could not ask for a password in the background.
  as_root true
  {
    [ ! -e "$folder/cache" ] || pull_contents "$folder/cache" "${paths[@]}"
    as_root nix-store --realise --keep-going "${cache_options[@]}" "${paths[@]}" >/dev/null
  } 2>"$folder/load.log" </dev/null &
  loading=$!
  # shellcheck disable=SC2317 # progress calls it
  loaded() { printf '[%s/%s] from the binary cache, %s s' "$(grep -c '^copying path' "$folder/load.log")" "$total" $((SECONDS - start)); }
  while kill -0 "$loading" 2>/dev/null; do
    progress loaded
    read -r -t 0.2 <> <(:) || true
  done
  end_progress
  wait "$loading" || grep -E '^(error|warning|curl): ' "$folder/load.log" | grep -v 'add-root' | sort -u | sed 's/^/  /' >&2 || true
  came=$((total - $(xargs -a "$folder/to-load" nix-store --check-validity --print-invalid 2>/dev/null | wc -l)))
  printf 'from the binary cache: %s of %s paths in %s s\n' "$came" "$total" $((SECONDS - start))
  [ "$came" -eq "$total" ] || printf 'hint: what did not come is built here; the reason stands above\n' >&2
}
