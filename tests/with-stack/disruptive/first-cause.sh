#!/usr/bin/env bash
# What ends again and again is told at once, with its last line. Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it running.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# As the kubelet of a machine that lacks something: it says why, and ends.
printf '#!/bin/sh\necho "the reason of the test" >&2\nexit 1\n' >"$scratch/kubelet"
chmod +x "$scratch/kubelet"
changed_stack "$scratch/stack.json" "stack // { programs = stack.programs // { kubelet = \"$scratch/kubelet\"; }; }"
# NB: the bound is no figure of speed. It is far below the time that `up` waits for what is slow.
told() { timeout 60 "$groundwork" --stack "$scratch/stack.json" up >"$scratch/log" 2>&1; [ "$?" -eq 1 ]; }
holds 'an up with a node process that cannot run ends long before its time is over' told
holds 'it names the process' grep -q 'error: kubelet ended 3 times in a row' "$scratch/log"
holds 'with its last line' grep -q '^ *the reason of the test$' "$scratch/log"
holds 'and what to do' grep -q 'hint: .*kubelet.log' "$scratch/log"
holds 'status has the reason too' within 60 answers 1 'kubelet .*exit status: 1: the reason of the test' "$groundwork" status
holds 'and the right stack mends it' answers 0 'ready in' "$groundwork" up

# A container that does not know its argument says so in its last lines, and ends.
sed '0,/image: groundwork.local\/hello/s##args: [--listen, nonsense]\n        &#' "$(built stack)/services.yaml" >"$scratch/services.yaml"
changed_stack "$scratch/stack.json" "stack // { waves = map (wave:
  if wave.name == \"services\" then wave // { objects = \"$scratch/services.yaml\"; } else wave) stack.waves; }"
given_up() { "$groundwork" --stack "$scratch/stack.json" up --timeout 20 >"$scratch/log" 2>&1; [ "$?" -eq 1 ]; }
holds 'an up with a container that cannot run ends when its time is over' given_up
# NB: on a busy machine the container may not have come as far in time.
said() { grep "^hello: .*: For more information, try '--help'" "$scratch/log" || { given_up; return 1; }; }
holds 'while it waits it says what the container said last' within 60 said
holds 'and the right stack mends that too' answers 0 'ready in' "$groundwork" up

finish
