#!/usr/bin/env bash
# A packet filter refuses TCP with a reset, so that a client is told at once. Behind a translation of addresses (a Service, a published
# port) that works where packets are routed. On a bridge, as pods and containers have, the kernel sends the reset by the
# bridge itself, past the translation: it comes from an address that the client never spoke to, and the client waits on.
#
# Seen on 2026-12-01 with Linux 6.18 and nftables 1.0.6; what a client is told that connects by the translated address:
#   routed, reset: refused at once
#   routed, icmp: refused at once
#   bridged, reset: nothing
#   bridged, icmp: refused at once
#
# Needs apt, iproute2, Python 3, root, and a kernel with br_netfilter. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed -n 's/^#   //p' "$0" >"$folder/wanted"
cd "$folder"

apt-get --quiet=2 --option APT::Sandbox::User=root download nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2 libxtables12=1.8.9-2 libjansson4=2.14-2 >/dev/null
for package in *.deb; do
  dpkg-deb --extract "$package" root
done
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu PATH=$folder/root/usr/sbin:$PATH
modprobe br_netfilter 2>/dev/null || true

cat >ask.py <<'END'
"""Says what happens to a connection to the translated address."""
import socket, sys
try:
    socket.create_connection(("192.0.2.80", 80), timeout=0.8)
    told = "connected"
except ConnectionRefusedError:
    told = "refused at once"
except TimeoutError:
    told = "nothing"
print(f"{sys.argv[1]}: {told}")
END

cat >net.sh <<'END'
set -eu
way=$1 reject=$2 name=$3
# This is the machine between: client and server are namespaces beside it.
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
for side in client server; do
  unshare --net sleep 60 &
  pid=$!
  while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do :; done
  ip link add "$side" type veth peer name eth0 netns "$pid"
  ip link set "$side" up
  eval "$side=$pid"
done
inside() { nsenter --net="/proc/$1/ns/net" -- "${@:2}"; }
if [ "$way" = bridged ]; then
  ip link add bridge type bridge
  ip link set client master bridge
  ip link set server master bridge
  ip address add 10.0.1.1/24 dev bridge
  ip link set bridge up
  echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
  network=10.0.1
else
  ip address add 10.0.1.1/24 dev client
  ip address add 10.0.2.1/24 dev server
  network=10.0.2
fi
inside "$client" ip address add 10.0.1.2/24 dev eth0
inside "$server" ip address add $network.3/24 dev eth0
for side in "$client" "$server"; do
  inside "$side" ip link set eth0 up
done
inside "$client" ip route add default via 10.0.1.1
inside "$server" ip route add default via $network.1
nft -f - <<RULES
table ip t {
  chain translate { type nat hook prerouting priority dstnat; ip daddr 192.0.2.80 tcp dport 80 dnat to $network.3:8080; }
  chain refuse { type filter hook forward priority filter; ct state new tcp dport 8080 $reject; }
}
RULES
# The neighbours find each other first.
inside "$client" ping -c 1 -W 3 10.0.1.1 >/dev/null 2>&1 || true
inside "$server" ping -c 1 -W 3 $network.1 >/dev/null 2>&1 || true
inside "$client" python3 ask.py "$name"
kill "$client" "$server"
END

for way in routed bridged; do
  for kind in reset icmp; do
    reject='reject with tcp reset'
    [ "$kind" = reset ] || reject=reject
    unshare --net --mount --mount-proc --pid --fork bash net.sh "$way" "$reject" "$way, $kind"
  done
done >seen
diff wanted seen
