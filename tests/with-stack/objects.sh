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
holds 'a LoadBalancer of a class that nobody serves is not taken without a word' warned 'serves its class' \
  "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer, loadBalancerClass: example.com/other, ports: [{port: 80}]}}"

# A pod with users of its own, whose root is nobody outside, and with a port of the machine.
image=$(image_of_stack node-exporter)
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

# Two pods that say which they are: a Service by hand, a headless one, and one whose clients stay with their pod.
{
  for name in own-1 own-2; do
    printf '%s\n' "{apiVersion: v1, kind: Pod, metadata: {name: $name, namespace: default, labels: {app: own}}, spec: {
      automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [{name: own, image: $image, imagePullPolicy: Never,
      args: [--collector.disable-defaults, --collector.uname, '--web.listen-address=:9100'], readinessProbe: {tcpSocket: {port: 9100}, periodSeconds: 1}}]}}" ---
  done
  for service in 'by-hand, {}, type: LoadBalancer' 'headless, {}, clusterIP: None' \
    'sticky, {traefik.ingress.kubernetes.io/service.sticky.cookie: "true"}, type: ClusterIP'; do
    IFS=, read -r name annotations kind <<<"$service"
    printf '%s\n' "{apiVersion: v1, kind: Service, metadata: {name: own-$name, namespace: default, annotations: $annotations},
      spec: {selector: {app: own}, ports: [{port: 19101, targetPort: 9100}], $kind}}" ---
    printf '%s\n' "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: own-$name, namespace: default}, spec: {rules: [{host: own-$name.localhost,
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: own-$name, port: {number: 19101}}}}]}}]}}" ---
  done
} >"$scratch/own.yaml"
"$groundwork" kubectl apply --filename "$scratch/own.yaml" >/dev/null
# who ADDRESS ARGUMENT…: prints which pod answers.
who() { curl --silent --fail --max-time 5 "${@:2}" "http://$1/metrics" | sed -nE 's/^node_uname_info.*nodename="([^"]+)".*/\1/p' | grep .; }
holds 'a LoadBalancer that somebody applies by hand answers on loopback' within 60 who 127.0.0.1:19101
holds 'an Ingress to a headless Service answers' within 60 who own-headless.localhost:8080
# stays TIMES: whether every request with the same cookie goes to the same pod.
stays() {
  local pods
  pods=$(for _ in $(seq "$1"); do who own-sticky.localhost:8080 --cookie "$scratch/jar" --cookie-jar "$scratch/jar"; done)
  [ "$(wc -l <<<"$pods")" -eq "$1" ] && [ "$(sort --unique <<<"$pods" | wc -l)" -eq 1 ]
}
both() { [ "$(for _ in $(seq 20); do who own-sticky.localhost:8080; done | sort --unique | wc -l)" -eq 2 ]; }
holds 'requests without its cookie go to both pods of a sticky Service' within 60 both
holds 'and with it to one' stays 20
"$groundwork" kubectl delete --filename "$scratch/own.yaml" >/dev/null

# A program that is asked for names with underscores and does not understand.
shell=$(image_of_stack local-path-helper)
cat >"$scratch/dotted.yaml" <<YAML
apiVersion: v1
kind: Pod
metadata: {name: dotted, namespace: default, annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9100"}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
    - name: dotted
      image: $shell
      imagePullPolicy: Never
      command:
        - busybox
        - sh
        - -c
        - |
          while :; do
            printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=1.0.0\r\nConnection: close\r\n\r\n{"own.dotted"} 7\n' |
              busybox nc -l -p 9100 >/dev/null
          done
YAML
"$groundwork" kubectl apply --filename "$scratch/dotted.yaml" >/dev/null
figure() {
  curl --silent --fail --max-time 5 --get --data-urlencode 'query={"own.dotted"}' http://127.0.0.1:9090/api/v1/query | grep '"7"'
}
holds 'a figure with a dot in its name is kept' within 90 figure
"$groundwork" kubectl delete --filename "$scratch/dotted.yaml" >/dev/null

finish
