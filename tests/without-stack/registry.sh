#!/usr/bin/env bash
# The registry with its own settings, on this machine instead of in a pod: an image goes in and comes out bit by bit, is deleted,
# and its layers go.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

scratch=$(mktemp -d)
server=''
trap 'kill $server 2>/dev/null; wait; rm -rf "$scratch"' EXIT
layout=$(built image-pause)
registry=$(built registry)/bin/registry
mkdir "$scratch/images"
sed "s#/var/lib/registry#$scratch/images#; s#:5000#127.0.0.1:25000#; s#:5001#127.0.0.1:25001#" components/registry/k8s/config.yml >"$scratch/config.yml"
url=http://127.0.0.1:25000
here=http://127.0.0.1:25001
ask() { curl --silent --show-error --fail "$@"; }

# NB: not within `holds`, whose shell would be its parent.
start() {
  OTEL_TRACES_EXPORTER=none "$registry" serve "$scratch/config.yml" 2>>"$scratch/log" &
  server=$!
}
answers_requests() { within 20 ask --output /dev/null "$url/v2/"; }
blob() { echo "$layout/blobs/sha256/${1#sha256:}"; }
manifest=$(grep -o 'sha256:[0-9a-f]*' "$layout/index.json" | head -n 1)
mapfile -t blobs < <(grep -o 'sha256:[0-9a-f]*' "$(blob "$manifest")" | sort -u)
kind=application/vnd.oci.image.manifest.v1+json

push() {
  local digest location
  for digest in "${blobs[@]}"; do
    location=$(ask --request POST --dump-header - --output /dev/null "$url/v2/team/pause/blobs/uploads/" | sed -nE 's/^[Ll]ocation: (.*)\r$/\1/p')
    case $location in /*) ;; *) echo "not where the client called: $location"; return 1 ;; esac
    ask --request PUT --header 'Content-Type: application/octet-stream' --data-binary "@$(blob "$digest")" "$url$location&digest=$digest" || return
  done
  ask --request PUT --header "Content-Type: $kind" --data-binary "@$(blob "$manifest")" "$url/v2/team/pause/manifests/1"
}
pull() {
  local digest
  ask --header "Accept: $kind" "$url/v2/team/pause/manifests/1" | cmp - "$(blob "$manifest")" || return
  for digest in "${blobs[@]}"; do
    ask "$url/v2/team/pause/blobs/$digest" | cmp - "$(blob "$digest")" || return
  done
}
listed() { ask "$url/v2/_catalog" | grep -x '{"repositories":\["team/pause"\]}' >/dev/null && ask "$url/v2/team/pause/tags/list" | grep '"tags":\["1"\]' >/dev/null; }
delete() { ask --request DELETE "$url/v2/team/pause/manifests/$manifest"; }
gone() { answers 22 '404' ask --header "Accept: $kind" "$url/v2/team/pause/manifests/1"; }
files() { find "$scratch/images" -name data | wc -l; }
collected() { "$registry" garbage-collect --delete-untagged "$scratch/config.yml" && [ "$(files)" -eq 0 ]; }

start
holds 'the registry starts' answers_requests
holds 'it is healthy' ask "$here/debug/health"
holds 'an image is pushed' push
holds 'and pushed again' push
holds 'it is listed' listed
holds 'it comes out as it went in' pull
kill -9 "$server"
{ wait "$server"; } 2>/dev/null
start
holds 'it starts again after kill -9' answers_requests
holds 'with the image' pull
ask "$here/metrics" >"$scratch/figures"
holds 'every figure is there that its rules and its dashboard name' \
  figures_named registry registry 'registry_http_requests|registry_storage_action_seconds' "$scratch/figures"
holds 'the image is deleted' delete
holds 'and is not found any more' gone
kill "$server"
wait "$server"
holds 'its layers go when they are collected' collected
finish
