#!/usr/bin/env bash
# NetworkPolicies are walls. Expects a running stack in $GROUNDWORK_STATE_DIR, and leaves it as it is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
kubectl() { "$groundwork" kubectl "$@"; }
scratch=$(mktemp -d)
clear() {
  kubectl delete namespace walls walls-beside --wait=false >/dev/null 2>&1
  rm -rf "$scratch"
}
trap clear EXIT

image=$(image_of_stack local-path-helper)
# pod NAMESPACE NAME COMMAND: a pod that runs busybox, with a Service of its name at port 80 and a port called http.
pod() {
  cat <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $2, namespace: $1, labels: {app: $2}}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
    - name: busybox
      image: $image
      imagePullPolicy: Never
      command: [busybox, sh, -c, '$3']
      ports: [{name: http, containerPort: 8080}]
      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: $2, namespace: $1}
spec: {selector: {app: $2}, ports: [{port: 80, targetPort: http}]}
---
YAML
}
# policy SPEC: the namespace `walls` has this one policy.
policy() {
  printf '%s\n' "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: wall, namespace: walls}, spec: $1}" |
    kubectl apply --filename - >/dev/null
}
# NB: busybox' wget and its other ways to look names up end with a signal, as a static glibc has no modules for that.
# reaches NAMESPACE POD ADDRESS PORT: whether a pod connects there.
reaches() { kubectl exec --namespace "$1" "$2" -- busybox nc -w 3 "$3" "$4"; }
# refused …: whether it is told that it cannot, before its patience ends.
refused() { grep 'Connection refused$' <<<"$(reaches "$@" 2>&1)"; }
# asks POD: what a pod of walls is told about a name.
asks() { kubectl exec --namespace walls "$1" -- busybox nslookup book.walls.svc.cluster.local 2>&1; }
# finds POD: whether a pod of walls finds a name. NB: without an address of IPv6 busybox says that it has failed.
finds() { grep 'Name:' <<<"$(asks "$1")"; }
# lost POD: whether it is told that nobody answers.
lost() { grep 'no servers could be reached' <<<"$(asks "$1")"; }
address() { kubectl get pod "$1" --namespace walls --output 'jsonpath={.status.podIP}'; }
service() { kubectl get service "$1" --namespace walls --output 'jsonpath={.spec.clusterIP}'; }

# network_of POD: the network of a pod of walls, as a file.
network_of() {
  local network own
  own=$(address "$1") || return 1
  for network in /run/groundwork/containerd/io.containerd.grpc.v1.cri/netns/*; do
    [[ " $(nsenter --net="$network" hostname -I) " != *" $own "* ]] || { printf '%s\n' "$network" && return; }
  done
  return 1
}
# connects NETWORK ADDRESS: whether somebody there connects to book.
connects() { timeout 3 nsenter --net="$1" bash -c "</dev/tcp/$2/8080"; }
# link_local: the address of IPv6 that the kernel has given to book, on the interface of whoever asks.
link_local() {
  local words
  words=$(kubectl exec --namespace walls book -- busybox sed -n -E 's/^(fe80[0-9a-f]*) .* eth0$/\1/p' /proc/net/if_inet6)
  [ -n "$words" ] && sed -E 's/.{4}/&:/g; s/:$/%eth0/' <<<"$words"
}
by_ipv6() {
  local network there
  network=$(network_of "$1") && there=$(link_local) && connects "$network" "$there"
}
# by_ipv4_alone POD: it is there and connects, but not by IPv6.
by_ipv4_alone() {
  local network there
  network=$(network_of "$1") && there=$(link_local) && connects "$network" "$(address book)" && ! connects "$network" "$there"
}

serve='busybox httpd -f -p 8080 -h /bin'
for namespace in walls walls-beside; do
  kubectl create namespace "$namespace" >/dev/null
done
kubectl label namespace walls-beside side=beside >/dev/null
{ pod walls book "$serve" && pod walls feed "$serve" && pod walls-beside limits "$serve"; } >"$scratch/pods.yaml"
kubectl apply --filename "$scratch/pods.yaml" >/dev/null
holds 'the pods are ready' kubectl wait --for=condition=Ready pod/book pod/feed --namespace walls --timeout 60s
holds 'so is the one beside them' kubectl wait --for=condition=Ready pod/limits --namespace walls-beside --timeout 60s
book=$(service book)

holds 'without a policy a pod reaches another' within 10 reaches walls feed "$book" 80
holds 'and one of another namespace does' within 10 reaches walls-beside limits "$book" 80
# The kernel gives each pod an address of IPv6, which no policy knows.
if [ -e /proc/sys/net/ipv6 ]; then
  holds 'a pod has an address of IPv6 at which it answers itself' within 10 by_ipv6 book
  holds 'and no other pod, which reaches it by IPv4' by_ipv4_alone feed
fi

policy '{podSelector: {}, policyTypes: [Ingress]}'
holds 'under the default denial it is refused' within 10 refused walls feed "$book" 80
holds 'at its own address, too' refused walls feed "$(address book)" 8080
holds 'and the one of another namespace is' within 10 refused walls-beside limits "$book" 80
holds 'a pod reaches itself by way of its Service' within 10 reaches walls book "$book" 80
holds 'the kubelet reaches it' curl --silent --fail --max-time 5 --output /dev/null "http://$(address book):8080/busybox"
holds 'what leaves it is nobody'\''s matter' finds book
holds 'a wall is no fault of the network' within 60 answers 0 'running' "$groundwork" status

policy '{podSelector: {matchLabels: {app: book}}, ingress: [{from: [{podSelector: {matchLabels: {app: feed}}}], ports: [{port: http}]}]}'
holds 'a pod that is named is let in at a port that is' within 10 reaches walls feed "$book" 80
holds 'and another is not' within 10 refused walls-beside limits "$book" 80
policy '{podSelector: {matchLabels: {app: book}}, ingress: [{from: [{podSelector: {matchLabels: {app: feed}}}], ports: [{port: 9}]}]}'
holds 'nor is that pod at another port' within 10 refused walls feed "$book" 80
policy '{podSelector: {matchLabels: {app: book}}, ingress: [{from: [{namespaceSelector: {matchLabels: {side: beside}}}]}]}'
holds 'a namespace is let in by its label' within 10 reaches walls-beside limits "$book" 80
holds 'and the pod'\''s own is not' within 10 refused walls feed "$book" 80
kubectl label namespace walls-beside side- >/dev/null
holds 'as long as it has the label' within 10 refused walls-beside limits "$book" 80
policy "{podSelector: {matchLabels: {app: book}}, ingress: [{from: [{ipBlock: {cidr: 10.213.0.0/24, except: [$(address feed)/32]}}]}]}"
holds 'a network is let in' within 10 reaches walls-beside limits "$book" 80
holds 'but for a part of it' within 10 refused walls feed "$book" 80

policy '{podSelector: {matchLabels: {app: feed}}, policyTypes: [Egress]}'
holds 'a pod that may not leave does not even find a name' within 10 lost feed
holds 'nor gets to another' refused walls feed "$(address book)" 8080
holds 'nor to the machine' refused walls feed 10.213.254.1 10248
holds 'and is reached' within 10 reaches walls book "$(service feed)" 80
policy '{podSelector: {matchLabels: {app: feed}}, policyTypes: [Egress], egress: [
  {to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}], ports: [{port: 53, protocol: UDP}]}]}'
holds 'let out to the DNS it finds names' within 10 finds feed
holds 'and gets nowhere else' refused walls feed "$book" 80

# A firewall that is reloaded flushes everything.
nft=$(of_stack raw 'stack.programs.nft')
"$nft" delete table ip groundwork-policies
holds 'rules that somebody removed come back' within 30 refused walls feed "$book" 80
kill -9 "$(node_pid network-controller)"
holds 'the wall stands while nobody is there to build it' refused walls feed "$book" 80
kubectl delete networkpolicy wall --namespace walls >/dev/null
holds 'without the policy all is as before' within 30 reaches walls feed "$book" 80
gone() { ! "$nft" list table ip groundwork-policies; }
holds 'and no rule is left' within 10 gone

finish
