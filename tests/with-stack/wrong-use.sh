#!/usr/bin/env bash
# What the launcher says and does when it is used wrongly. Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it running.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
cleanup() {
  [ ! -e "$scratch/other" ] || "$groundwork" --state-dir "$scratch/other" destroy --yes
  rm -rf "$scratch"
}
trap cleanup EXIT

holds 'an unknown command is wrong use' answers 2 'unrecognized subcommand' "$groundwork" strat
holds 'an unknown requirement is wrong use, and the known ones are listed' answers 2 'REQ-0.1' "$groundwork" validate REQ-9.9
holds 'logs of an unknown name list what there is' answers 2 'kube-apiserver' "$groundwork" logs nonsense
holds 'destroy without a yes destroys nothing' answers 2 '--yes' "$groundwork" destroy
holds 'a second up changes nothing and says where it answers' answers 0 'ready in [0-9.]+ s' "$groundwork" up
holds 'another state directory is refused while a node runs' answers 3 'hint:' "$groundwork" --state-dir "$scratch/other" up
holds 'and nothing of it is left behind' test ! -e "$scratch/other/receipt.json"

mkdir "$scratch/foreign"
echo mine >"$scratch/foreign/file"
holds 'a folder with something else in it is never destroyed' answers 2 'hint:' "$groundwork" --state-dir "$scratch/foreign" destroy --yes
holds 'and its files are still there' grep -q mine "$scratch/foreign/file"

broken() {
  git clone --quiet . "$scratch/clone" || return 1
  printf 'apiVersion: v1\nkind: [\n' >"$scratch/clone/services/hello/k8s/hello/service.yaml"
  (cd "$scratch/clone" && answers 1 'service.yaml' nix build --no-link --print-build-logs "$flake#stack")
}
holds 'a broken file of an object fails the build, by name, before the cluster is touched' broken

# beside_a_listener COMMAND…: while a program listens where the stack answers already; it gets no connection there.
mkfifo "$scratch/listens"
beside_a_listener() {
  local listener code
  perl -MIO::Socket::INET -e '$socket = IO::Socket::INET->new(LocalPort => 8080, Listen => 1) or die; open $told, ">", shift; close $told; sleep 600' \
    "$scratch/listens" >/dev/null &
  listener=$!
  timeout 20 cat "$scratch/listens" && "$@"
  code=$?
  kill "$listener" && wait "$listener"
  return "$code"
}
holds 'a program that listens where the stack answers does not keep up from its work' beside_a_listener answers 0 'ready in' "$groundwork" up
holds 'and doctor names it' beside_a_listener answers 0 'warn +ports +0\.0\.0\.0:8080 .*perl' "$groundwork" doctor
holds 'status does, too' beside_a_listener answers 0 'warning: 0\.0\.0\.0:8080 .*perl' "$groundwork" status

holds 'a stack manifest of another format is refused' answers 1 'format 99' \
  env GROUNDWORK_STACK=<(echo '{"format": 99}') "$groundwork" up

finish
