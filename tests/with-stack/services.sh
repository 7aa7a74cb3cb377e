#!/usr/bin/env bash
# A service that fails takes nothing away and is rolled back; an image goes through the registry into a pod. Expects a running
# stack in $GROUNDWORK_STATE_DIR, and leaves it running. What else services do is REQ-0.8's, in `validate`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
ctr=$(built containerd)/bin/ctr
scratch=$(mktemp -d)
# A name that no resolver knows (RFC 6761).
mirror=/etc/containerd/certs.d/images.test
cleanup() {
  "$groundwork" remove test-service >/dev/null 2>&1
  "$groundwork" kubectl -n default delete pod test-registry test-mirror --ignore-not-found --wait=false >/dev/null 2>&1
  rm -rf "$scratch" "$mirror"
  # Where nobody else has settings there.
  rmdir --ignore-fail-on-non-empty -p "${mirror%/*}" 2>/dev/null
}
trap cleanup EXIT

"$groundwork" new test-service "$scratch/service" --without kafka,database >/dev/null
says_ok() { curl --silent --fail --header 'host: test-service.localhost' http://127.0.0.1:8080/health | grep -F '{"status":"ok"}'; }
holds 'a service without an event bus or a database is deployed' answers 0 '^test-service 0.1.0 answers after' "$groundwork" deploy "$scratch/service"
holds 'and answers' says_ok
holds 'a second time nothing changes' answers 0 'images: ready .*: 0 loaded' "$groundwork" deploy "$scratch/service"

holds 'it does what a running service does' answers 0 '^[0-9]+ passed, 0 failed$' "$groundwork" service check --live "$scratch/service"
# shellcheck disable=SC2016 # the service's shell expands it
on_this_machine='python -m src.main &
  until curl --silent --fail "http://127.0.0.1:$LISTEN_PORT/ready"; do kill -0 $! || exit; done
  test -s "$SECRETS/token/token" && case $OTEL_EXPORTER_OTLP_ENDPOINT in http://10.*:4318) ;; *) false ;; esac
  code=$?
  kill $!
  wait $!
  exit $code'
holds 'it runs on this machine, too, with its secrets and settings of the cluster' "$groundwork" run "$scratch/service" --port 18000 -- sh -c "$on_this_machine"

cp "$scratch/service/src/main.py" "$scratch/main.py"
sed -i '1a raise RuntimeError("no way")' "$scratch/service/src/main.py"
holds 'one that does not start is given up and told with its last words' answers 1 '^ *RuntimeError: no way$' "$groundwork" deploy "$scratch/service" --timeout 600
holds 'what was there before still answers' says_ok
holds 'services shows it' answers 1 '^test-service .* no ' "$groundwork" services
holds 'the last good one comes back' answers 0 '^test-service 0.1.0 answers after' "$groundwork" rollback test-service
holds 'and services says so' answers 0 '^test-service .* yes ' "$groundwork" services
echo 'broken(' >>"$scratch/service/src/main.py"
holds 'one that does not compile is told before anything changes' answers 1 'SyntaxError' "$groundwork" deploy "$scratch/service"
cp "$scratch/main.py" "$scratch/service/src/main.py"
sed -i 's/^  name: test-service$/  name: hello/; s/^namespace: services$/namespace: hello/' "$scratch"/service/k8s/{deployment,kustomization}.yaml
sed -i '1a namespace = "hello"' "$scratch/service/service.toml"
holds 'an object of the stack is not taken' answers 1 'it belongs to the stack' "$groundwork" deploy "$scratch/service"
holds 'a service that is removed is gone, and what stays of it is named' answers 0 '^the secret test-service-token stays; ' "$groundwork" remove test-service
holds 'which is done as it says' "$groundwork" secret delete --yes -n services test-service-token
holds 'and is not removed twice' answers 2 "no service 'test-service' was deployed" "$groundwork" remove test-service

image=$(cat "$(built image-hello)/reference")
push() { "$ctr" --address /run/groundwork/containerd.sock --namespace k8s.io images push --plain-http 127.0.0.1:5000/test/hello:1 "$image"; }
holds "containerd's client pushes an image to the registry" push
# pod NAME REGISTRY: one that ends when it has its image from there.
pod() {
  printf '{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: default}, spec: {restartPolicy: Never,
    containers: [{name: hello, image: "%s/test/hello:1", imagePullPolicy: Always, args: ["--help"]}]}}' "$1" "$2" |
    "$groundwork" kubectl apply -f -
  "$groundwork" kubectl -n default wait --for=jsonpath='{.status.phase}'=Succeeded "pod/$1" --timeout=60s
}
holds 'and a pod has it from there by the same name' pod test-registry 127.0.0.1:5000
mkdir -p "$mirror"
printf '[host."http://127.0.0.1:5000"]\n  capabilities = ["pull", "resolve"]\n' >"$mirror/hosts.toml"
holds 'as the mirror of another registry, too' pod test-mirror "${mirror##*/}"
digest=$(cat "$(built image-hello)/digest")
pushed=$scratch/pushed
"$groundwork" image generate-key "$scratch/key" >/dev/null
"$groundwork" image generate-key "$scratch/other" >/dev/null
push_signed() { "$groundwork" image push 127.0.0.1:5000/pushed --image hello --key "$scratch/key" | tee "$pushed"; }
holds 'an image is pushed by its digest' answers 0 "^127.0.0.1:5000/pushed/hello:[0-9a-f]{12}(-changed)?@$digest$" push_signed
holds 'signed, with bills and, of a commit, with provenance' grep -E '^images: 1, new blobs: [0-9]+, new attestations: [34]$' "$pushed"
holds 'and nothing of it twice' answers 0 '^images: 1, new blobs: 0, new attestations: 0$' push_signed
same_json() {
  A=$1 B=$2 nix eval --impure --expr 'let read = name: builtins.fromJSON (builtins.readFile (builtins.getEnv name)); in read "A" == read "B"' |
    grep -x true
}
verify() { "$groundwork" image verify --key "$@" "127.0.0.1:5000/pushed/hello@$digest"; }
holds 'who has the public key sees whose it is' answers 0 "$digest +signature, cyclonedx, spdx" verify "$scratch/key.pub"
holds 'and has what is said of it' verify "$scratch/key.pub" --save "$scratch/said"
holds 'which is what Nix has made' same_json "$scratch"/said/*.cyclonedx.json "$(built bill-hello)/hello.cdx.json"
holds 'another key is told that it is not its own' answers 1 'is not signed with that key; [34] of what is attached' verify "$scratch/other.pub"
holds 'an image that is not there is told' answers 1 "there is no image 'none'" "$groundwork" image verify --key "$scratch/key.pub" 127.0.0.1:5000/pushed/hello:none
restarted() {
  "$groundwork" kubectl -n hello rollout restart deployment/hello
  "$groundwork" kubectl -n hello rollout status deployment/hello --timeout=60s
}
holds 'the stack'"'"'s own pods of these contents start as before' restarted
holds 'an archive that is none is told' answers 1 'cannot load /etc/hostname' "$groundwork" image load /etc/hostname
holds 'an image that nobody has is told' answers 2 'no Docker or Podman here has an image of that name' "$groundwork" image load nobody/has:1

finish
