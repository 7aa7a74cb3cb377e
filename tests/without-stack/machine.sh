#!/usr/bin/env bash
# What `up` says on a machine that cannot run the stack. The lack is made in a mount namespace of
# the test's own, or by an ordinary user or a listener of the test's own. Expects no running stack.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
hello=$(built hello)/bin/hello
scratch=$(mktemp -d)
export GROUNDWORK_STATE_DIR=$scratch/state
listener=''
cleanup() {
  [ -z "$listener" ] || { kill -KILL "$listener"; wait "$listener" 2>/dev/null; }
  rm -rf "$scratch"
}
trap cleanup EXIT

# after PREPARATION COMMAND…: runs the command where only it sees what the preparation changed.
after() {
  unshare --mount --propagation private bash -ec "$1"'; shift; exec "$@"' -- "$@"
}
# As `after`, for an `up` that must refuse for this reason.
refused() {
  answers 3 "$1" after "$2" "$groundwork" up
}

sed 's/^MemAvailable:.*/MemAvailable:     500000 kB/' /proc/meminfo >"$scratch/meminfo"
holds 'too little memory is told with how much is needed' \
  refused 'memory: 512 MB available' "mount --bind $scratch/meminfo /proc/meminfo"
holds 'and the remedy says what to do' answers 3 'hint: close programs' \
  after "mount --bind $scratch/meminfo /proc/meminfo" "$groundwork" up

mkdir "$scratch/small"
holds 'too little disk is told with its place' answers 3 "disk: .* free at $scratch/small" \
  after "mount -t tmpfs -o size=64m tmpfs $scratch/small" "$groundwork" --state-dir "$scratch/small/state" up

holds 'a machine without cgroups is told how to mount them' \
  refused 'cgroups: none is mounted' 'umount --recursive --lazy /sys/fs/cgroup'

holds 'a machine without /etc/hosts is told, as no pod would start' \
  refused '/etc/hosts: ' 'mount -t tmpfs tmpfs /etc'

sed '/overlay/d' /proc/filesystems >"$scratch/filesystems"
zcat /proc/config.gz 2>/dev/null | sed '/CONFIG_OVERLAY_FS/d' | gzip >"$scratch/config.gz"
touch "$scratch/modules"
# A kernel may have no modules at all.
without_overlay="mount --bind $scratch/filesystems /proc/filesystems
  [ ! -e /proc/modules ] || mount --bind $scratch/modules /proc/modules
  [ ! -d /lib/modules ] || mount -t tmpfs tmpfs /lib/modules
  mount --bind $scratch/config.gz /proc/config.gz"
# Without it the kernel does not tell what it lacks.
if [ -e /proc/config.gz ]; then
  holds 'a missing kernel feature is told with its option' refused 'overlayfs: kernel .* was built without it' "$without_overlay"
fi

HELLO_LISTEN=127.0.0.1:8081 "$hello" >"$scratch/hello.log" &
listener=$!
holds 'the test has a listener in place' timeout 10 bash -c 'until { : <>/dev/tcp/127.0.0.1/8081; } 2>/dev/null; do :; done'
holds 'a taken port is told with the process that holds it' \
  answers 3 "127.0.0.1:8081 .* is held by hello \(process $listener\)" "$groundwork" up

holds 'an ordinary user without sudo is told to become root' \
  answers 3 'a node needs root' setpriv --reuid=65534 --regid=65534 --clear-groups env PATH=/nonexistent "$groundwork" up

holds 'and none of this leaves a file behind' test ! -e "$GROUNDWORK_STATE_DIR"

finish
