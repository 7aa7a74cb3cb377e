#!/usr/bin/env bash
# Packets arrive, and what keeps them from it is named. Expects a running stack in $GROUNDWORK_STATE_DIR, and leaves it
# running. For some seconds each it drops what this machine forwards, and names another name server.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
stack=$(built stack)/stack.json
nft=$(built nftables)/bin/nft
scratch=$(mktemp -d)
# What systemd-resolved writes, and the launcher reads before /etc/resolv.conf.
resolved=/run/systemd/resolve/resolv.conf
# The test's table under another program's name, as family and name.
theirs=''
restore() {
  "$nft" delete table ip foreign 2>/dev/null
  # shellcheck disable=SC2086 # two words
  [ -z "$theirs" ] || "$nft" delete table $theirs
  if [ -e "$scratch/resolv.conf" ]; then cp "$scratch/resolv.conf" "$resolved"; else rm -f "$resolved"; fi
  rmdir -p "${resolved%/*}" 2>/dev/null
  rm -rf "$scratch"
}
trap restore EXIT
[ ! -e "$resolved" ] || cp "$resolved" "$scratch/resolv.conf"

status() { timeout 10 "$groundwork" --stack "$stack" status; }
holds 'status says that packets arrive' within 60 answers 0 '^network +yes' status

# As Docker and ufw leave it: what is forwarded is dropped unless a rule says otherwise.
"$nft" 'table ip foreign {
  chain FORWARD {
    type filter hook forward priority 0; policy drop;
  }
}'
holds 'behind a foreign packet filter status names the broken link and the chain, and fails' \
  answers 1 '^network +no .*pod to pod: no answer.*chain FORWARD of table ip foreign' status
remedy='nft insert rule ip foreign FORWARD iifname gw-pods accept && nft insert rule ip foreign FORWARD oifname gw-pods accept'
holds 'doctor names it with its remedy' answers 0 "fix: $remedy" "$groundwork" --stack "$stack" doctor
holds 'and so does up' answers 3 "hint: $remedy" "$groundwork" --stack "$stack" up
PATH=${nft%/*}:$PATH bash -c "$remedy"
holds 'the remedy is one' within 10 answers 0 '^network +yes' status
holds 'doctor has nothing more to say about it' answers 0 '^ok +packet filter' "$groundwork" --stack "$stack" doctor
"$nft" delete table ip foreign
holds 'without the filter all is well, and nothing was restarted' within 10 answers 0 '^network +yes' status

# beside SENTENCE PROGRAM TABLE RULES: where no other program has the table, doctor names its chain and that program's way.
beside() {
  ! has "$3" || return 0
  theirs=$3
  "$nft" "table $3 $4"
  holds "$1" answers 0 "fix: $2 " "$groundwork" --stack "$stack" doctor
  # shellcheck disable=SC2086 # two words
  "$nft" delete table $3
  theirs=''
}
# shellcheck disable=SC2086 # two words
has() { "$nft" list table $1 >/dev/null 2>&1; }
beside 'beside firewalld it is said in its words' firewall-cmd 'inet firewalld' '{
  chain filter_FORWARD { type filter hook forward priority filter + 10; ct state established accept; reject with icmpx admin-prohibited; }
}'
beside 'beside ufw in its' ufw 'ip filter' '{
  chain ufw-before-forward { }
  chain FORWARD { type filter hook forward priority filter; policy drop; jump ufw-before-forward; }
}'

# Docker has a chain for the rules of others. Where there is a Docker, nothing is tried with its table.
if ! has 'ip filter'; then
  "$nft" 'table ip filter {
    chain DOCKER-USER {
    }
    chain FORWARD {
      type filter hook forward priority filter; policy drop;
      jump DOCKER-USER
    }
  }'
  theirs='ip filter'
  holds 'behind Docker doctor says that up lets pods pass' answers 0 'fix: groundwork up' "$groundwork" --stack "$stack" doctor
  holds 'and it does' answers 0 'ready in' "$groundwork" --stack "$stack" up
  holds 'packets arrive' within 10 answers 0 '^network +yes' status
  "$nft" delete table ip filter
  theirs=''
fi

# The address of a Service that has gone is nobody's.
address=$("$groundwork" kubectl create service clusterip gone --tcp 80 --namespace hello --output 'jsonpath={.spec.clusterIP}')
"$groundwork" kubectl delete service gone --namespace hello >/dev/null
refused() { answers 1 'Connection refused' timeout 2 bash -c "</dev/tcp/$address/80"; }
holds 'the address of a deleted Service is refused at once' within 10 refused

# A laptop joins another network. Nobody answers there; its own address keeps the questions on this machine.
asked() {
  local pod name
  # A name that no cache has, as a question of RFC 1035.
  printf -v name %05d "$RANDOM"
  printf '\0\1\1\0\0\1\0\0\0\0\0\0\5%s\0\0\1\0\1' "$name" >/dev/udp/10.213.128.10/53
  pod=$("$groundwork" kubectl get pods --namespace kube-system --selector app.kubernetes.io/name=coredns \
    --output 'jsonpath={.items[0].status.podIP}')
  curl --silent "http://$pod:9153/metrics" | grep "to=\"$1:53\""
}
mkdir -p "${resolved%/*}"
echo 'nameserver 10.213.0.1' >"$resolved"
holds 'within a minute the machine'\''s new name server is asked, without a restart' within 60 asked 10.213.0.1
holds 'the network is well, as the machine itself gets no answer there' answers 0 '^network +yes' status

finish
