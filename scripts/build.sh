#!/usr/bin/env bash
# Builds everything that runs, with a line for each program: [k/n], how long it has been and about how long it takes alone.
# Sources come in meanwhile, in the same order, and only those that are needed. What is built already costs nothing, so a
# rerun goes on. With GROUNDWORK_CACHE, the address or folder of a binary cache, what it has is taken from there.
#
#   build.sh              what the stack needs; without a cache also what `nix develop` needs
#   build.sh --shell      what the stack and `nix develop` need
#   build.sh --service    what the stack and `nix develop .#service` need
#   build.sh --with NAME  what the stack and its optional component NAME need; of several, NAME-NAME
#   build.sh --tests      and what only the checks need
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/store.sh"

case ${1:-} in
  --with) wanted="\"with-${2:-}\"" ;;
  --tests | --shell | --service) wanted=${1#--} ;;
  '') if [ -n "${GROUNDWORK_CACHE:-}" ]; then wanted=stack; else wanted=shell; fi ;;
  *) fail "build.sh does not know $1" "build.sh [--shell | --service | --with NAME | --tests]" 2 ;;
esac
command -v nix >/dev/null || fail "Nix is not installed" "run scripts/setup-dev-environment.sh"

logs="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/logs"
work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-build.XXXXXX")
mkdir -p "$logs"
cd "$project_root"
declare -A started=() names=()
fetcher='' loading='' built=0
# Each job in the background has a process group of its own, by which Ctrl-C ends it with its children.
set -m

cleanup() {
  local job
  for job in "${!names[@]}" $fetcher $loading; do
    kill -- "-$job" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

list_builds "$wanted" "$work" || {
  cat "$work/eval.log" >&2
  case $wanted in
    '"with-'*) fail "the flake cannot list what is built" "NAME is that of an optional component: grep -l optional components/*/component.nix" ;;
    *) fail "the flake cannot list what is built" ;;
  esac
}
mapfile -t derivations < <(sed -n 's/^wanted //p' "$work/builds")

use_cache "$work"
plan "$work" "${derivations[@]}"
load "$work"
loading=''
# Without the cache from here on: what it did not give is built.
cache_options=(--option substitute false)
plan "$work" "${derivations[@]}"
missing_steps "$work" >"$work/steps"
total=$(wc -l <"$work/steps")

# As many builds at once as there are cores, within memory: one leaves a core idle while it links. Kubernetes takes 3 GB.
at_once=$(nproc)
[ "$at_once" -le 2 ] || at_once=2
[ "$(awk '/^MemAvailable:/ { print int($2 / 1000000) }' /proc/meminfo)" -ge 7 ] || at_once=1

# One line of all that goes on.
under_way() {
  local job line=''
  for job in "${!names[@]}"; do
    line+="${line:+; }${names[$job]}, $((SECONDS - started[$job])) s"
  done
  [ -z "$fetcher" ] || line+="${line:+; }$(tail -n 1 "$work/fetch.log")"
  [ -z "$line" ] || printf '[%s/%s] %s' "$built" "$total" "$line"
}

# The job that has just ended.
finished() {
  local job=$1 name=${names[$1]} code=0
  wait "$job" || code=$?
  end_progress
  if [ "$code" -ne 0 ]; then
    tail -n 20 "$logs/$name.log" >&2
    fail "$name does not build" "all of its log: less $logs/$name.log"
  fi
  built=$((built + 1))
  printf '[%s/%s] %s, done in %s s%s\n' "$built" "$total" "$name" $((SECONDS - started[$job])) "$(cpu_seconds "$name")"
  unset "names[$job]" "started[$job]"
}

# Waits for the sources' end.
fetched() {
  local job=$fetcher
  fetcher=''
  wait "$job" && return
  tail -n 5 "$work/fetch.log" >&2
  fail "the sources did not all come in" "run this again: it goes on where it stopped"
}

# Processor time of a build; a daemon's builds are no children of ours.
cpu_seconds() {
  [ "$(id -u)" -ne 0 ] || awk 'END { printf " (%d s of processor time)", $1 + $2 }' "$work/$1.times"
}

# build NAME DERIVATION: one step. Nix waits itself for another build of the same thing.
build() {
  local TIMEFORMAT='%U %S'
  { time nix-store --realise --option substitute false "$2" >"$logs/$1.log" 2>&1 </dev/null; } 2>"$work/$1.times"
}

if [ -s "$work/to-build" ]; then
  awk '{ print $1, $3 }' "$work/steps" >"$work/targets"
  printf 'the-rest %s\n' "${derivations[*]}" >>"$work/targets"
  scripts/fetch-sources.sh --for "$work/targets" >"$work/fetch.log" 2>&1 </dev/null &
  fetcher=$!
  exec 3<"$work/steps"
  next='' more=1
  while [ -n "$more" ] || [ "${#names[@]}" -gt 0 ]; do
    if [ -n "$more" ] && [ -z "$next" ]; then
      read -r next seconds derivation <&3 || more=''
    fi
    [ -z "$fetcher" ] || kill -0 "$fetcher" 2>/dev/null || fetched
    if [ -n "$next" ] && [ "${#names[@]}" -lt "$at_once" ] && grep -qx "ready $next" "$work/fetch.log"; then
      build "$next" "$derivation" &
      names[$!]=$next
      started[$!]=$SECONDS
      printf '[%s/%s] %s, about %s s alone\n' "$built" "$total" "$next" "$seconds"
      next=''
      continue
    fi
    for job in "${!names[@]}"; do
      kill -0 "$job" 2>/dev/null || finished "$job"
    done
    progress under_way
    read -r -t 0.2 <> <(:) || true
  done
  [ -z "$fetcher" ] || fetched
fi
printf 'everything is built (%s s)\n' "$SECONDS"
