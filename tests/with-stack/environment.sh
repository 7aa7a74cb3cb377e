#!/usr/bin/env bash
# Commands work in whatever environment a person has. Expects a running stack in $GROUNDWORK_STATE_DIR, and leaves it
# running.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/read-only" "$scratch/a folder"
chmod 500 "$scratch/read-only"

# started: how many times the supervisor started a node process.
started() { grep -c 'supervisor: started' "$GROUNDWORK_STATE_DIR/logs/supervisor.log"; }
before=$(started)

# each WHAT VARIABLE…: every command does what it does without these variables.
each() {
  local what=$1
  shift
  # What the test before did to the stack may not be over.
  holds "status with $what" within 60 answers 0 '"state": *"running"' env "$@" "$groundwork" status --json
  holds "logs with $what" answers 0 '"level"' env "$@" "$groundwork" logs hello --lines 5
  holds "secret with $what" answers 0 . env "$@" "$groundwork" secret list
  holds "topics with $what" answers 0 'orders' env "$@" "$groundwork" topics list
  holds "up with $what" answers 0 'ready in [0-9.]+ s' env "$@" "$groundwork" up
}
each 'a proxy' HTTPS_PROXY=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9 \
  https_proxy=http://127.0.0.1:9 http_proxy=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9
each 'a proxy that is no URL' 'HTTPS_PROXY=http://me:a b@proxy' 'https_proxy=http://me:a b@proxy'
each "another cluster's variables" KUBECONFIG=/nowhere KUBERNETES_SERVICE_HOST=192.0.2.1 KUBERNETES_SERVICE_PORT=1
each 'no HOME and a bare PATH' --unset=HOME PATH=/usr/bin:/bin
each 'a HOME and a TMPDIR that nobody may write' "HOME=$scratch/read-only" "TMPDIR=$scratch/nowhere" XDG_RUNTIME_DIR=/nowhere
each 'other words and numbers' LANG=de_DE.UTF-8 LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham
each 'traces of everything' RUST_LOG=trace RUST_BACKTRACE=full RUST_LOG_STYLE=always
each 'somewhere to send telemetry' OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9 OTEL_SDK_DISABLED=true OTEL_RESOURCE_ATTRIBUTES=broken

nothing_restarted() { [ "$(started)" -eq "$before" ]; }
holds 'and none of it restarts a node process' nothing_restarted

from_a_folder() { (cd "$scratch/a folder" && "$@"); }
holds 'status from another folder' within 60 from_a_folder answers 0 '"state": *"running"' "$groundwork" status --json

kill -9 "$(node_pid kubelet)"
holds 'logs while the kubelet starts again' answers 0 '"level"' "$groundwork" logs hello --lines 5

# supervisor: the process id of the node's.
supervisor() { cat /run/groundwork/supervisor.lock; }
kill -9 "$(supervisor)"
up_with_umask() { (umask "$1" && "$groundwork" up); }
holds 'up starts a supervisor that was killed, with any umask' answers 0 'ready in' up_with_umask 0
holds 'the umask of whoever starts it is not its own' grep -E '^Umask:\s+0022$' "/proc/$(supervisor)/status"

finish
