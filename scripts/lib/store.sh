# shellcheck shell=bash
# What the Nix store has, what it lacks, and what a binary cache can give it.

# The public key that a binary cache must have signed with: the project's, or that of whoever set up another cache.
cache_key() {
  # shellcheck disable=SC2154 # common.sh sets it
  printf '%s\n' "${GROUNDWORK_CACHE_PUBLIC_KEY:-$(grep -v '^#' "$project_root/nix/cache.pub" 2>/dev/null)}"
}

# The binary cache's address as Nix takes it; nothing where there is none.
cache_address() {
  case ${GROUNDWORK_CACHE:-} in
    '' | *://*) printf '%s' "${GROUNDWORK_CACHE:-}" ;;
    *) printf 'file://%s' "$(realpath -m "$GROUNDWORK_CACHE")" ;;
  esac
}

# Sets cache_options: Nix' options with which it asks that cache and believes what that key has signed, for one command.
# NB: what a cache has and lacks would otherwise be remembered: for 30 days and for an hour.
use_cache() {
  cache_options=(--option substitute false)
  local key
  [ -n "$(cache_address)" ] || return 0
  key=$(cache_key)
  [ -n "$key" ] ||
    fail "no public key for the binary cache $GROUNDWORK_CACHE" \
      "set GROUNDWORK_CACHE_PUBLIC_KEY to the key of whoever publishes it, or put it into nix/cache.pub"
  cache_options=(
    --option substitute true --option substituters "$(cache_address)" --option trusted-public-keys "$key"
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

# load FOLDER: takes the paths of FOLDER/to-load from the cache, each with all that it needs or not at all. Prints how far it is and
# what came; and what did not, with the reason: that is then built. Its process is $loading.
load() {
  local folder=$1 start=$SECONDS total size came shown=2
  total=$(wc -l <"$folder/to-load")
  [ "$total" -gt 0 ] || return 0
  size=$(sed -nE 's/^th(is|ese [0-9]+) paths? will be fetched \((.*)\):$/\2/p' "$folder/plan")
  printf 'from the binary cache %s: %s paths%s\n' "$GROUNDWORK_CACHE" "$total" "${size:+, $size}"
  # NB: only root may choose the cache of a Nix with a daemon; and sudo could not ask for a password in the background.
  as_root true
  # shellcheck disable=SC2046 # the paths are words
  as_root nix-store --realise --keep-going "${cache_options[@]}" $(cat "$folder/to-load") >/dev/null 2>"$folder/load.log" </dev/null &
  loading=$!
  while kill -0 "$loading" 2>/dev/null; do
    if [ $((SECONDS - start)) -ge "$shown" ]; then
      came=$(grep -c '^copying path' "$folder/load.log" || true)
      if [ -t 1 ]; then
        printf '\r\033[K[%s/%s] from the binary cache, %s s' "$came" "$total" $((SECONDS - start))
        shown=$((SECONDS - start + 1))
      else
        printf '[%s/%s] from the binary cache, %s s\n' "$came" "$total" $((SECONDS - start))
        shown=$((SECONDS - start + 15))
      fi
    fi
    read -r -t 0.2 <> <(:) || true
  done
  [ ! -t 1 ] || printf '\r\033[K'
  wait "$loading" || grep -E '^(error|warning): ' "$folder/load.log" | grep -v 'add-root' | sort -u | sed 's/^/  /' >&2
  came=$((total - $(xargs -a "$folder/to-load" nix-store --check-validity --print-invalid 2>/dev/null | wc -l)))
  printf 'from the binary cache: %s of %s paths in %s s\n' "$came" "$total" $((SECONDS - start))
  [ "$came" -eq "$total" ] || printf 'hint: what did not come is built here; the reason stands above\n' >&2
}
