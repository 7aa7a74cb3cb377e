#!/usr/bin/env bash
# `diff` finds what somebody changed and nothing else, and `render` writes what `up` applies. Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it as it is.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

holds 'nothing differs after up' answers 0 '^none of [0-9]+ objects would change$' "$groundwork" diff
holds 'and up --dry-run says so' answers 0 '^none of [0-9]+ objects' "$groundwork" up --dry-run

"$groundwork" kubectl label ingress hello --namespace hello --overwrite app.kubernetes.io/managed-by=somebody >/dev/null
"$groundwork" kubectl delete storageclass local-path >/dev/null
field='"path": "metadata.labels.app.kubernetes.io/managed-by"'
holds 'a field that somebody changed is found, with both values' \
  answers 1 '^  metadata\.labels\.app\.kubernetes\.io/managed-by: somebody -> groundwork$' "$groundwork" diff
holds 'so is an object that somebody deleted' answers 1 '^StorageClass local-path would be created$' "$groundwork" diff
holds 'those two and nothing else' answers 1 '^2 of [0-9]+ objects would change$' "$groundwork" diff
holds 'as JSON, too' answers 1 "$field" "$groundwork" diff --json
holds 'up --dry-run finds the same and is no failure' answers 0 '^2 of [0-9]+ objects would change$' "$groundwork" up --dry-run
holds 'and changes nothing' answers 1 '^2 of [0-9]+ objects would change$' "$groundwork" diff
holds 'up puts it right' answers 0 'ready in' "$groundwork" up
holds 'and nothing differs' answers 0 '^none of' "$groundwork" diff

holds 'render writes a file for each wave' answers 0 '/01-.*\.yaml$' "$groundwork" render "$scratch/rendered"
applied() {
  # Without a change nobody else manages a field: the server says of each object that it is as before.
  "$groundwork" kubectl diff --server-side --field-manager groundwork --filename "$scratch/rendered"
}
holds 'which is what runs, by kubectl as well' applied
same() { cmp <("$groundwork" render 2>/dev/null | grep -v '^---$') <(cat "$scratch"/rendered/*.yaml | grep -v '^---$'); }
holds 'and standard output has the same' same
touch "$scratch/rendered/99-other.yaml"
holds 'a file of another stack is refused' answers 2 'hint:' "$groundwork" render "$scratch/rendered"

finish
