#!/usr/bin/env bash
# Images load from any disk, and an import that is cut off anywhere is gone on with. Expects a running stack
# in $GROUNDWORK_STATE_DIR, and leaves it running, without the images of the test.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
image=$(built groundwork-image)/bin/groundwork-image
containerd=/run/groundwork/containerd.sock
ingest=$GROUNDWORK_STATE_DIR/containerd/io.containerd.content.v1.content/ingest
scratch=$(mktemp -d)
ctr=("$(of_stack raw stack.programs.ctr)" --address "$containerd" --namespace k8s.io)
ctr() { "${ctr[@]}" "$@"; }
# names DIGEST: those of the image; the kubelet has one of its own for it.
names() { ctr images ls -q "target.digest==$1"; }
# named NAME: those of an image of the test.
named() { names "$(<"$scratch/$1/digest")"; }
# remove NAMES: a line for each.
remove() { xargs "${ctr[@]}" images rm --sync <<<"$1"; }
removed() {
  local names
  names=$(named "$1") && { [ -z "$names" ] || remove "$names"; }
}
cleanup() {
  ! mountpoint --quiet "$ingest" || umount --lazy "$ingest"
  for name in holes large; do
    [ ! -e "$scratch/$name/digest" ] || removed "$name" >/dev/null 2>&1
  done
  rm -rf "$scratch"
}
trap cleanup EXIT

# layout NAME FILE: an image with that file alone, and $scratch/NAME.json, the stack with it.
layout() {
  printf '{"name": "%s", "layers": [{"files": [{"source": "%s", "target": "/file"}]}]}' "$1" "$2" >"$scratch/spec.json"
  "$image" "$scratch/spec.json" --output "$scratch/$1" || return 1
  changed_stack "$scratch/$1.json" "stack // {
    components = stack.components ++ [{
      name = \"$1\"; role = \"test\"; scrape = []; read_paths = {};
      image = {
        name = \"$1\"; layout = \"$scratch/$1\";
        reference = \"$(<"$scratch/$1/reference")\"; digest = \"$(<"$scratch/$1/digest")\";
      };
    }];
  }"
}
up_with() { answers "$1" "$2" "$groundwork" --stack "$scratch/$3.json" up; }
# whole NAME: containerd has every blob of the image, and has unpacked it.
whole() { ctr images check "name==$(<"$scratch/$1/reference")" | grep -E ' complete .* true$'; }
absent() { local names && names=$(named "$1") && [ -z "$names" ]; }
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

containerd_killed() { begun && kill -KILL "$(node_pid containerd)" && ended 1 && within 60 ctr version; }
holds 'an up whose containerd is killed while it loads an image says so' containerd_killed
holds 'and the image is not there by half' absent large

# NB: an index and blobs that the imports before brought are there; new ones could not be moved off the small disk.
disk_full() {
  mount -t tmpfs -o size=64m tmpfs "$ingest" || return 1
  local code=0
  up_with 1 'no space left on device' large || code=1
  umount --lazy "$ingest" && return "$code"
}
holds 'a full disk is told as such' disk_full
# unpacked: the file of the large image, where containers have it from.
unpacked() { find "${ingest%/*/*}/io.containerd.snapshotter.v1.overlayfs/snapshots" -path '*/fs/file' -size +300M; }
intact() { whole large && cmp "$scratch/random" "$(unpacked)"; }
holds 'and another up loads it after all that' up_with 0 'ready in' large
holds 'and it is whole' intact

# What a power cut makes of files whose last writes were never on the disk: nothing, or zeros. The containerd that was
# killed has left a lease of 24 hours, as a power cut does.
unsynced=$GROUNDWORK_STATE_DIR/unsynced-images.json
file_is_lost() {
  [ ! -e "$unsynced" ] && printf '{"boot": "another", "digests": ["%s"]}' "$(<"$scratch/large/digest")" >"$unsynced" &&
    truncate -s 0 "$(unpacked)"
}
holds 'after a power cut a file of an image is empty' file_is_lost
holds 'and another up loads it anew' up_with 0 '[^0-9]1 loaded' large
holds 'and its file is whole' intact

# The right stack first: the supervisor brings back what the last one has.
half_is_lost() {
  "$groundwork" up && removed large && absent large && containerd_killed && "$groundwork" down &&
    dd if=/dev/zero of="$(find "$ingest" -name data -size +8M)" bs=1M count=4 conv=notrunc &&
    sed -i -E 's/"boot": "[^"]+"/"boot": "another"/' "$unsynced"
}
holds 'after a power cut half an image is zeros' half_is_lost
holds 'and another up loads it' up_with 0 '[^0-9]1 loaded' large
holds 'and it is whole' intact

# What the kubelet may not remove when the disk is nearly full: an `up` alone would bring it back.
pinned() { ctr images ls -q 'labels."io.cri-containerd.pinned"==pinned'; }
large_pinned() { pinned | grep -xF "$(<"$scratch/large/reference")"; }
holds 'an image of the stack is pinned' large_pinned
holds 'the right stack runs on' answers 0 'ready in' "$groundwork" up
all_pinned() {
  of_stack raw 'builtins.concatStringsSep "\n" (builtins.concatMap (it: if it.image == null then [] else [it.image.reference]) stack.components)' >"$scratch/images" &&
    pinned | sort | comm -13 - <(sort "$scratch/images") | tee "$scratch/unpinned" && [ ! -s "$scratch/unpinned" ]
}
holds 'all of its images are pinned' all_pinned
released() { local names && names=$(pinned) && ! grep -xF "$(<"$scratch/large/reference")" <<<"$names"; }
holds 'and one that it does not have is released' released

# Pins keep collectors away, and no person.
helper=$(image_of_stack local-path-helper)
whole_again() { ctr images check "name==$helper" | grep -E ' complete .* true$' && pinned | grep -xF "$helper"; }
somebody_removes() {
  local digest names
  digest=$(image_of_stack local-path-helper digest) && names=$(names "$digest") && [ -n "$names" ] && remove "$names"
}
holds 'somebody removes an image of the stack' somebody_removes
holds 'and it comes back without a command' within 120 whole_again

finish
