#!/usr/bin/env bash
# What the cluster makes of the usual objects. Expects a running stack in $GROUNDWORK_STATE_DIR, and changes nothing.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# warned SENTENCE OBJECT: whoever applies the object is told.
warned() {
  printf '%s\n' "$2" >"$scratch/object.yaml"
  answers 0 "Warning: .*$1" "$groundwork" kubectl apply --dry-run=server --filename "$scratch/object.yaml"
}
container='containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 80}]}]'

holds 'an Ingress has an address for those who wait for one' within 60 answers 0 '^127\.0\.0\.1$' \
  "$groundwork" kubectl get ingress hello --namespace hello --output 'jsonpath={.status.loadBalancer.ingress[0].ip}'
holds 'a NetworkPolicy is not taken without a word' warned 'enforces a NetworkPolicy' \
  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}}}"
holds 'nor is a LoadBalancer of a class that nobody serves' warned 'gives it an address' \
  "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer, ports: [{port: 80}]}}"
holds 'nor is a hostPort of a pod' warned 'opens a hostPort' \
  "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {$container}}"
holds 'nor is one of a CronJob' warned 'opens a hostPort' \
  "{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {schedule: '@daily', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, $container}}}}}}"

finish
