#!/usr/bin/env bash
# Images load from any disk, and an import that is cut off anywhere is gone on with. Expects a running stack
# in $GROUNDWORK_STATE_DIR, and leaves it running, without the images of the test.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
image=$(built groundwork-image)/bin/groundwork-image
containerd=/run/groundwork/containerd.sock
ingest=$GROUNDWORK_STATE_DIR/containerd/io.containerd.content.v1.content/ingest
scratch=$(mktemp -d)
ctr=$(of_stack raw stack.programs.ctr)
ctr() { "$ctr" --address "$containerd" --namespace k8s.io "$@"; }
cleanup() {
  ! mountpoint --quiet "$ingest" || umount "$ingest"
  for name in holes large; do
    [ ! -e "$scratch/$name/reference" ] || ctr images rm "$(<"$scratch/$name/reference")" >/dev/null 2>&1
  done
  rm -rf "$scratch"
}
trap cleanup EXIT

# layout NAME FILE: an image with that file alone, and $scratch/NAME.json, the stack with it.
layout() {
  printf '{"name": "%s", "layers": [{"files": [{"source": "%s", "target": "/file"}]}]}' "$1" "$2" >"$scratch/spec.json"
  "$image" "$scratch/spec.json" --output "$scratch/$1" || return 1
  changed_stack "$scratch/$1.json" "stack // {
    images = stack.images ++ [{
      name = \"$1\"; layout = \"$scratch/$1\";
      reference = \"$(<"$scratch/$1/reference")\"; digest = \"$(<"$scratch/$1/digest")\";
    }];
  }"
}
up_with() { answers "$1" "$2" "$groundwork" --stack "$scratch/$3.json" up; }
# whole NAME: containerd has every blob of the image, and has unpacked it.
whole() { ctr images check "name==$(<"$scratch/$1/reference")" | grep -E ' complete .* true$'; }
absent() { ! ctr images ls -q | grep -qF "$(<"$scratch/$1/reference")"; }
# begun: starts an `up` that loads the large image, and catches it in the middle: some of its bytes are there.
begun() {
  touch "$scratch/begun"
  "$groundwork" --stack "$scratch/large.json" up >"$scratch/up.log" 2>&1 </dev/null &
  up=$!
  timeout 60 bash -c "until [ -n \"\$(find '$ingest' -name data -size +8M -newer '$scratch/begun' 2>/dev/null)\" ]; do kill -0 $up || exit 1; done"
}
# ended CODE: the `up` that was caught ends with that code.
ended() {
  local code
  wait "$up"
  code=$?
  [ "$code" -eq "$1" ] || { printf 'exit code %s, wanted %s\n' "$code" "$1" && cat "$scratch/up.log" && return 1; }
}

{ echo begin && head -c 4M /dev/zero && echo end; } >"$scratch/zeros"
with_holes() {
  layout holes "$scratch/zeros" || return 1
  local blob
  for blob in "$scratch"/holes/blobs/sha256/*; do
    cp --sparse=always "$blob" "$scratch/blob" && mv "$scratch/blob" "$blob" || return 1
  done
  # The largest blob takes less room than it is long.
  find "$scratch/holes/blobs" -type f -size +4000k -printf '%s %b\n' | awk '$1 > $2 * 512 { found = 1 } END { exit !found }'
}
holds 'the test has an image whose files have holes' with_holes
holds 'it loads' up_with 0 'ready in' holes
holds 'and is whole' whole holes

head -c 400M /dev/urandom >"$scratch/random"
holds 'the test has a large image' layout large "$scratch/random"

up_killed() { begun && kill -KILL "$up" && ended 137; }
holds 'an up is killed while it loads an image' up_killed
holds 'and the image is not there by half' absent large

# What a power cut makes of a file whose last writes were never on the disk: zeros.
power_cut() {
  up_killed &&
    dd if=/dev/zero of="$(find "$ingest" -name data -size +8M | head -n 1)" bs=1M count=4 conv=notrunc
}
holds 'half an image is spoilt as by a power cut' power_cut

containerd_pid() { sed -nE 's/^ *"pid": ([0-9]+).*/\1/p' /run/groundwork/processes/containerd.json; }
containerd_killed() { begun && kill -KILL "$(containerd_pid)" && ended 1; }
holds 'an up whose containerd is killed while it loads an image says so' containerd_killed
holds 'and the image is not there by half' absent large

disk_full() {
  mount -t tmpfs -o size=64m tmpfs "$ingest" && up_with 1 'no space left on device' large && umount "$ingest"
}
holds 'a full disk is told as such' disk_full
holds 'and another up loads it after all that' up_with 0 'ready in' large
holds 'and it is whole' whole large

holds 'the right stack runs on' answers 0 'ready in' "$groundwork" up

finish
