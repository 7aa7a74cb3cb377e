#!/usr/bin/env bash
# What is sent is found again, and a store that gives nothing back is named. Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it running. For a minute or two it has no store of traces.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
jaeger() { "$groundwork" kubectl scale statefulset/jaeger --namespace observability --replicas "$1"; }
trap 'jaeger 1 >/dev/null' EXIT

# ages: what the canary says, a line for each store.
ages() {
  "$groundwork" kubectl get --raw /api/v1/namespaces/observability/services/canary:http/proxy/ages | sed 's/},{/},\n{/g'
}
# fell STORE…: the age of each has fallen since the first time that this was asked: something newer was found.
declare -A before
fell() {
  local store now said
  said=$(ages) || return 1
  for store in "$@"; do
    now=$(sed -nE "s/.*\"store\":\"$store\",\"age_seconds\":([0-9]+),.*/\1/p" <<<"$said")
    if [ "${before[$store]:-}" = fell ]; then continue; fi
    if [ "$now" -lt "${before[$store]:-0}" ]; then before[$store]=fell; else before[$store]=$now; fi
  done
  for store in "$@"; do
    [ "${before[$store]}" = fell ] || { echo "$said" && return 1; }
  done
}
well() { answers 0 '^canary +yes .*logs [0-9]+ s, traces [0-9]+ s, metrics [0-9]+ s, events [0-9]+ s' "$groundwork" status; }
# says STORE PATTERN: why the last look into the store has not found the newest.
says() { ages | tee /dev/stderr | grep -E "\"store\":\"$1\",\"age_seconds\":[0-9]+,\"reason\":\"$2"; }
figures() {
  curl --silent --fail --get http://127.0.0.1:9090/api/v1/query --data-urlencode 'query=count(max by (store) (canary_age_seconds))' |
    tee /dev/stderr | grep '"4"'
}

# NB: no bounds of speed: a round is a minute, and three of them may go by on a busy machine.
holds 'each store gives back what is sent' within 180 fell logs traces metrics events
holds 'status is well and tells the ages' within 60 well
holds 'Prometheus has them for the alert' within 60 figures

holds 'the store of traces goes away' jaeger 0
holds 'whoever asks for its lines is told that it has no pod' within 60 answers 1 'jaeger. has no pod' "$groundwork" logs jaeger
holds 'within two rounds it is named, with why nothing was found' within 150 says traces 'http://jaeger[^"]* does not answer: '
holds 'the others give back what is sent' within 180 fell logs metrics events
holds 'it comes back' jaeger 1
holds 'it gives back what is sent' within 180 fell traces
holds 'and there is nothing more to say of it' within 60 says traces '"'

finish
