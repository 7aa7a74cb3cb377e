#!/usr/bin/env bash
# A full disk ends pods and loses nothing: with room again everything runs, without a command. Makes a stack of its own,
# on a file system of its own, and removes both.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
disk=$(mktemp /var/tmp/groundwork-disk.XXXXXX)
mounted=$disk.d
mkdir "$mounted"
export GROUNDWORK_STATE_DIR=$mounted/state
clear() {
  "$groundwork" destroy --yes >/dev/null 2>&1
  umount "$mounted" && rmdir "$mounted"
  rm -f "$disk"
}
trap clear EXIT

kubectl() { "$groundwork" kubectl "$@"; }
# pressure VALUE: whether the node's condition DiskPressure is that.
pressure() {
  kubectl get node groundwork --output 'jsonpath={.status.conditions[?(@.type=="DiskPressure")].status}' | grep "^$1$"
}
evicted() { kubectl get pods --all-namespaces --field-selector status.phase=Failed --output 'jsonpath={.items[*].status.reason}' | grep Evicted; }
bytes_free() { df --block-size=1 --output=avail "$mounted" | tail -n 1; }
images() { kubectl get node groundwork --output 'jsonpath={.status.images[*].names}'; }

truncate --size 15G "$disk"
mkfs.ext4 -q -m 0 "$disk"
# NB: never the machine's own disk.
mount --options loop "$disk" "$mounted" || fail "cannot mount a file system of the test's own" "the test needs loop devices"
holds 'the stack starts on a disk of its own' answers 0 'ready in' "$groundwork" up
printf 'kept\n' | "$groundwork" produce kept >/dev/null
before=$(images | tr ' ' '\n' | sort)

# The kubelet's emergency begins below 1 GiB.
fallocate --length "$(($(bytes_free) - (512 << 20)))" "$mounted/ballast"
holds 'a full disk is a condition of the node' within 120 pressure True
holds 'and ends pods' within 180 evicted
holds 'which status tells as the reason' within 60 answers 1 '^kubelet +no .*DiskPressure' "$groundwork" status
rm "$mounted/ballast"
holds 'with room again the condition goes' within 180 pressure False
holds 'and everything runs, without a command' within 600 answers 0 '"state": *"running"' "$groundwork" status --json
same_images() { [ "$(images | tr ' ' '\n' | sort)" = "$before" ]; }
holds 'no image of the stack was lost' within 120 same_images
holds 'nor a record' within 60 answers 0 '^kept$' "$groundwork" consume kept --from-beginning --until-end
"$groundwork" destroy --yes >/dev/null
holds 'destroy leaves nothing' tests/lib/leftovers.sh "$GROUNDWORK_STATE_DIR"

finish
