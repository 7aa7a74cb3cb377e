#!/usr/bin/env bash
# What is cut off half-way can be gone on with, or removed without a trace. Expects a stack in
# $GROUNDWORK_STATE_DIR, whose data it destroys, and leaves one running.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
mkfifo "$scratch/lines"
trap 'rm -rf "$scratch"' EXIT

# cut_off SIGNAL LINES CODE: starts `up`, sends it the signal once it has printed so many lines, and
# expects it to end with that code.
cut_off() {
  local code
  "$groundwork" up >"$scratch/lines" 2>&1 </dev/null &
  local up=$!
  {
    head -n "$2"
    kill "-$1" "$up"
    cat
  } <"$scratch/lines"
  wait "$up"
  code=$?
  [ "$code" -eq "$3" ] || { printf 'exit code %s, wanted %s\n' "$code" "$3" && return 1; }
}
ready() { answers 0 'ready in [0-9.]+ s' "$groundwork" up; }
destroyed() { "$groundwork" destroy --yes && tests/lib/leftovers.sh "$GROUNDWORK_STATE_DIR"; }

holds 'down stops the stack' "$groundwork" down
holds 'Ctrl-C during up ends the watching' cut_off INT 3 130
holds 'and another up goes on from there' ready

holds 'destroy leaves nothing' destroyed
for lines in 1 3 8; do
  holds "up from nothing can be killed after line $lines" cut_off KILL "$lines" 137
  holds 'and destroy leaves nothing of that' destroyed
done
holds 'up from nothing can be killed' cut_off KILL 5 137
holds 'and another up goes on' ready

versionless() { rm "$GROUNDWORK_STATE_DIR/version" && answers 3 'is damaged' "$groundwork" up; }
holds 'a state directory that lost its version is not gone on with' versionless
holds 'and destroy leaves nothing of it' destroyed

# never_ready: the same stack with a probe that hello does not answer.
never_ready() {
  git clone --quiet . "$scratch/clone" || return 1
  sed -i 's#path: /ready#path: /nonsense#' "$scratch/clone/services/hello/k8s/hello/deployment.yaml"
  # NB: on a busy machine the first probe may come later.
  (cd "$scratch/clone" && within 60 answers 1 'Startup probe failed' nix run "$flake#up" -- --timeout 10)
}
holds 'up brings the stack back' ready
holds 'what never becomes ready fails with its events' never_ready
holds 'and the right stack mends it' ready

finish
