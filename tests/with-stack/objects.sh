#!/usr/bin/env bash
# What the cluster makes of the usual objects. Expects a running stack in $GROUNDWORK_STATE_DIR, and leaves it as it is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# warned SENTENCE OBJECT: whoever applies the object is told.
warned() {
  printf '%s\n' "$2" >"$scratch/object.yaml"
  answers 0 "Warning: .*$1" "$groundwork" kubectl apply --dry-run=server --filename "$scratch/object.yaml"
}

holds 'an Ingress has an address for those who wait for one' within 60 answers 0 '^127\.0\.0\.1$' \
  "$groundwork" kubectl get ingress hello --namespace hello --output 'jsonpath={.status.loadBalancer.ingress[0].ip}'
holds 'a NetworkPolicy is not taken without a word' warned 'enforces a NetworkPolicy' \
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}}}"
holds 'nor is a LoadBalancer of a class that nobody serves' warned 'gives it an address' \
  "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer, ports: [{port: 80}]}}"

# A pod with users of its own, whose root is nobody outside, and with a port of the machine.
image=$(of_stack raw '(builtins.head (builtins.filter (image: image.name == "node-exporter") stack.images)).reference')
printf '%s\n' "{apiVersion: v1, kind: Pod, metadata: {name: own, namespace: default}, spec: {hostUsers: false,
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 0, containers: [{name: own, image: $image, imagePullPolicy: Never,
  args: [--collector.disable-defaults, '--web.listen-address=:9100'], ports: [{containerPort: 9100, hostPort: 19100}]}]}}" >"$scratch/pod.yaml"
"$groundwork" kubectl apply --filename "$scratch/pod.yaml" >/dev/null
runs() { "$groundwork" kubectl get pod own --output 'jsonpath={.status.phase}' | grep Running; }
holds 'a pod with users of its own runs' within 60 runs
holds 'its hostPort answers on loopback' within 30 curl --silent --fail --max-time 5 http://127.0.0.1:19100/
holds 'and at the node'\''s address' curl --silent --fail --max-time 5 http://10.213.254.1:19100/
"$groundwork" kubectl delete pod own >/dev/null
closed() { ! curl --silent --max-time 5 http://127.0.0.1:19100/; }
holds 'until the pod has gone' within 30 closed

finish
