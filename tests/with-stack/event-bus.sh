#!/usr/bin/env bash
# The event bus from a shell, and topics as code. Expects a running stack in $GROUNDWORK_STATE_DIR,
# and leaves it as it was.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
git clone --quiet . "$scratch/clone"

# with_topics FILE CODE PATTERN [UP'S ARGUMENTS…]: what `up` answers to these topics.
with_topics() {
  local topics=$1 code=$2 pattern=$3
  shift 3
  printf '%s\n' "$topics" >"$scratch/clone/components/kafka/topics.yaml"
  (cd "$scratch/clone" && answers "$code" "$pattern" nix run "$flake#up" -- "$@")
}
there() { "$groundwork" topics list | grep "^$1 " >/dev/null; }
against_broker() {
  GROUNDWORK_TEST_KAFKA=127.0.0.1:9092 "$(built checks.x86_64-linux.unit-tests)/bin/groundwork-events-tests" --test-threads 2
}
kept() { "$groundwork" up && there test-shell; }
round_trip() {
  echo hi | "$groundwork" produce test-shell &&
    [ "$("$groundwork" consume test-shell --from-beginning --max 1)" = hi ]
}
runs_as() { "$groundwork" kubectl exec --namespace=event-bus kafka-0 -- /bin/java -XshowSettings:properties -version 2>&1 | grep "user.name = $1" >/dev/null; }
# A laptop that slept, a disk that hung: the controller takes the broker for dead, and for a moment clients know none.
# NB: librdkafka 2.12 and 2.13 forget the bootstrap servers too, and then read nothing any more.
stalls() {
  local broker
  broker=$(pgrep -f 'kafka\.Kafka') && for _ in 1 2 3 4; do
    kill -STOP "$broker" && sleep 8 && kill -CONT "$broker" && within 60 round_trip || return
  done
}
order() { curl --silent --fail --json '{"id":"stall","symbol":"ACME","side":"buy","quantity":1}' http://127.0.0.1:8081/events; }
reads_all() { "$groundwork" topics lag hello-consumer | awk '{ print } $1 == "hello-consumer" { n++; lag += $NF } END { exit n == 0 || lag > 0 }'; }
reads_on() { stalls && within 60 order && within 60 reads_all; }
enforced() {
  [ "$("$groundwork" kubectl get namespace event-bus --output 'jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}')" = restricted ]
}

holds 'the client keeps its promises with this broker' against_broker
holds 'a line that is produced is consumed' round_trip
holds 'a service goes on reading after its broker stalled' reads_on
holds 'a topic that is not there is told with where to name it' answers 1 "hint: name it in the event bus's topics.yaml" "$groundwork" consume no-such-topic
holds 'the broker is not root' runs_as nonroot
holds 'its namespace takes no pod that could be' enforced
holds 'up tells of a topic that nobody declared' answers 0 'not in topics.yaml: .*test-shell' "$groundwork" up
holds 'a bad name is refused with its line' with_topics $'topics:\n  - name: or ders\n    partitions: 6' 1 'topics.yaml:2'
holds 'an unknown setting is refused with its line' with_topics $'topics:\n  - name: orders\n    partitions: 6\n    config:\n      no.such.setting: 1' 1 'topics.yaml:5'
holds 'fewer partitions are refused with their line' with_topics $'topics:\n  - name: orders\n    partitions: 2' 1 'topics.yaml:3'
holds 'more partitions and another setting are applied' with_topics $'topics:\n  - name: orders\n    partitions: 6\n  - name: test-shell\n    partitions: 5\n    retention: 1d' 0 'topics: ready .* 1 changed, 1 grown, 0 deleted'
holds 'up keeps what is declared no longer' kept
holds 'unless it is told to prune' answers 0 'topics: ready .* 1 deleted' "$groundwork" up --prune-topics

finish
