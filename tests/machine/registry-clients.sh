#!/usr/bin/env bash
# Another client than the node's own pushes an image to the registry, and a pod has it from there: crane, built from its Go
# module. Expects a running stack in $GROUNDWORK_STATE_DIR and a Go module proxy, and leaves the stack as it was. Outside CI,
# which has containerd's client (tests/with-stack/services.sh).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
go=$(built go)/bin/go
scratch=$(mktemp -d)
cleanup() {
  "$groundwork" kubectl -n default delete pod test-crane --ignore-not-found --wait=false >/dev/null 2>&1
  chmod -R u+w "$scratch"
  rm -rf "$scratch"
}
trap cleanup EXIT

crane() { "$scratch/crane" "$@"; }
made() { GOBIN=$scratch GOPATH=$scratch/go GOCACHE=$scratch/cache GOTOOLCHAIN=local CGO_ENABLED=0 "$go" install github.com/google/go-containerregistry/cmd/crane@v0.22.1; }
holds 'crane is built from its module' made
layout=$(built image-hello)
holds 'it pushes an image' crane push "$layout" 127.0.0.1:5000/test/crane:1 --insecure
same() { [ "$(crane digest 127.0.0.1:5000/test/crane:1 --insecure)" = "$(cat "$layout/digest")" ]; }
holds 'which has the same digest there' same
pod() {
  printf '{apiVersion: v1, kind: Pod, metadata: {name: test-crane, namespace: default}, spec: {restartPolicy: Never,
    containers: [{name: hello, image: "127.0.0.1:5000/test/crane:1", imagePullPolicy: Always, args: ["--help"]}]}}' |
    "$groundwork" kubectl apply -f -
  "$groundwork" kubectl -n default wait --for=jsonpath='{.status.phase}'=Succeeded pod/test-crane --timeout=60s
}
holds 'and a pod has it from there by the same name' pod
finish
