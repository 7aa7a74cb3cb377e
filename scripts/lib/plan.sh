# shellcheck shell=bash disable=SC2154 # common.sh sets flake, changes.sh the changes and the state's folder
# What start-dev-environment.sh says before it begins: how long it takes here, and what it changes.
#
# Expects common.sh, store.sh, record.sh and changes.sh, and to be in the project's folder.

# say_plan [CACHE]: says both. CACHE is where built results come from, if they do.
say_plan() {
  local cache=${1:-} change due='' building seconds
  building=$(seconds_of_builds)
  # Builds say how long they take alone on two cores. Two at once need a fifth less, and more than eight cores change
  # little. Sources come in meanwhile.
  seconds=$((60 + building * 8 / 5 / (cores > 8 ? 8 : cores)))
  if [ "$building" -eq 0 ]; then
    printf 'To a running stack it is about a minute: everything is built.\n'
  elif [ -n "$cache" ] && [ "$seconds" -gt 240 ]; then
    printf 'To a running stack it is about 2 minutes at 100 Mbit/s: what is built comes from %s.\n' "$cache"
  else
    printf 'To a running stack it is about %s minutes on %s cores: it is built from source.\n' $(((seconds + 59) / 60)) "$cores"
    [ "$seconds" -le 360 ] || printf 'With a binary cache it would be 2: GROUNDWORK_CACHE=ADDRESS, or --from FOLDER.\n'
  fi
  for change in "${changes[@]}"; do
    ! is_due "$change" || due+="  $(about "$change")"$'\n'
  done
  [ -z "$due" ] || printf 'It will change on this machine, and scripts/uninstall.sh undoes it:\n%s' "$due"
}

cores=$(getconf _NPROCESSORS_ONLN)

has_flakes() { nix show-config 2>/dev/null | grep '^experimental-features = .*flakes' >/dev/null; }

# is_due CHANGE: whether it is still to be made here.
is_due() {
  case $1 in
    packages) ! { command -v nix && command -v git; } >/dev/null ;;
    settings) ! has_flakes ;;
    store) [ ! -e /nix/store ] ;;
    home) [ ! -e "${home_record%/*}" ] ;;
    hooks) [ -z "$(found_hooks)" ] ;;
    command) [ -e scripts/install-launcher.sh ] && [ -z "$(found_command)" ] ;;
    stack) [ ! -e "$state" ] ;;
  esac
}

# seconds_of_builds: of those that a stack needs and that Nix has no result of.
seconds_of_builds() (
  work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-plan.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  if ! has_flakes || ! list_builds stack "$work"; then
    # There is no Nix yet to ask, so the files say it.
    sed -nE '/nix-tools|test-dependencies/d; s/^  seconds = ([0-9]+);$/\1/p; s/.*\(describe "[^"]+" ([0-9]+)\).*/\1/p' \
      components/*/component.nix services/*/component.nix nix/builds.nix | awk '{ sum += $1 } END { print sum }'
    return
  fi
  GROUNDWORK_CACHE='' use_cache "$work"
  mapfile -t derivations < <(sed -n 's/^wanted //p' "$work/builds")
  plan "$work" "${derivations[@]}"
  missing_steps "$work" | awk '{ sum += $2 } END { print sum + 0 }'
)
