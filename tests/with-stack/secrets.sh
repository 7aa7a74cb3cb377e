#!/usr/bin/env bash
# Secrets from a shell: what the commands take, refuse and never show. Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it as it was.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
state=${GROUNDWORK_STATE_DIR:-/var/lib/groundwork}
scratch=$(mktemp -d)
name=test-shell-$$
cleanup() {
  "$groundwork" secret delete "$name" --yes >/dev/null 2>&1
  rm -rf "$scratch"
}
trap cleanup EXIT
marker() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
first=$(marker) second=$(marker) third=$(marker)

# piped VALUE ARGUMENTS…: `secret` with the value on standard input; nothing of it in any argument.
piped() {
  local value=$1
  shift
  printf '%s\n' "$value" | "$groundwork" secret "$@"
}
# says WORD COMMAND…: it prints just that.
says() {
  local word=$1 output
  shift
  output=$("$@") && [ "$output" = "$word" ]
}
value_is() { says "$1" "$groundwork" secret get "$name" key --reveal; }
# refused CODE VALUE ARGUMENTS…: the value is refused with that exit code, and is in no word of the answer.
refused() {
  local code=$1 value=$2 output actual
  shift 2
  output=$(printf '%s\n' "$value" | "$groundwork" secret "$@" 2>&1)
  actual=$?
  [ "$actual" -eq "$code" ] && ! grep -qF -- "$value" <<<"$output"
}
# Types the value at a terminal, once it is asked for.
asked_for() {
  local typed=$scratch/typed ended
  mkfifo "$scratch/keyboard"
  script --quiet --return --flush --command "'$groundwork' secret set '$name' key" "$typed" <"$scratch/keyboard" >/dev/null &
  exec 3>"$scratch/keyboard"
  timeout 20 bash -c "until grep -q 'key: ' '$typed' 2>/dev/null; do sleep 0.05; done"
  printf '%s\n' "$second" >&3
  wait $!
  ended=$?
  exec 3>&-
  [ "$ended" -eq 0 ] && ! grep -qF "$second" "$typed"
}
exported() {
  "$groundwork" secret export "$name" "$scratch/env" 2>"$scratch/words" &&
    [ "$(stat -c %a "$scratch/env")" = 600 ] && grep -q '^warning: ' "$scratch/words" && grep -qF "$second" "$scratch/env"
}
imported() {
  printf "key='%s'\n" "$third" >"$scratch/new.env"
  "$groundwork" secret import "$name" "$scratch/new.env" && value_is "$third"
}
versions() { "$groundwork" secret history "$name" --json | sed -nE 's/^ *"version": ([0-9]+),$/\1/p' | tr '\n' ' '; }
# Also in what pods mount: this secret is in no pod.
nowhere_on_disk() { ! grep -raqF -e "$first" -e "$second" -e "$third" "$state"; }
seen_by_the_search() {
  "$groundwork" kubectl create configmap "$name" --from-literal=key="$first-plain" >/dev/null &&
    grep -raqF "$first-plain" "$state/etcd"
  local found=$?
  "$groundwork" kubectl delete configmap "$name" >/dev/null
  return "$found"
}

holds 'a value comes from standard input' piped "$first" set "$name" key --kind api-key --why 'a test'
holds 'and is shown when that is asked for' value_is "$first"
holds 'and not otherwise' answers 2 'hint: add --reveal' "$groundwork" secret get "$name"
holds 'a value comes from a terminal, without echo' asked_for
holds 'and is the current one' value_is "$second"
holds 'a value among the arguments is refused' answers 2 'hint: .*FIELD|must not be an argument' "$groundwork" secret set "$name" "key=$second"
holds 'and not repeated' refused 2 "$second" set "$name" "key=$second"
holds 'a wrong value is refused without being shown' refused 2 "short value $third" set "$name" id
holds 'so is one for a field that the kind does not have' refused 2 "$third" set "$name" colour
holds 'and another kind for a secret that has one' refused 1 "$third" set "$name" key --kind opaque
holds 'a secret that is not there is told, with how to make it' answers 1 'hint: .*secret set -n default no-such' "$groundwork" secret get no-such --reveal
holds 'a namespace that is not there is told' refused 1 "$third" set "$name" key -n no-such-namespace
holds 'a provider'\''s key is not made here' answers 2 'hint: its issuer makes it' "$groundwork" secret rotate "$name"
holds 'a file for other tools is for one user alone, with a warning' exported
holds 'and is never written over' answers 2 'left as it is' "$groundwork" secret export "$name" "$scratch/env"
holds 'a .env file is taken over' imported
holds 'a rollback is a new version' answers 0 "$name: version 4" "$groundwork" secret rollback "$name"
holds 'with the value of before' value_is "$second"
holds 'the history has all of them' says '4 3 2 1 ' versions
holds 'no value is in any file of the state directory' nowhere_on_disk
holds 'where the same search finds what is not secret' seen_by_the_search
# Six at once: each that is told to be done is there afterwards, and the others are told.
at_once() {
  local n told=''
  for n in 1 2 3 4 5 6; do
    (piped "value-$n" set "$name-many" "field$n" >"$scratch/at-once-$n" 2>&1; echo "$?" >"$scratch/code-$n") &
  done
  wait
  for n in 1 2 3 4 5 6; do
    if [ "$(cat "$scratch/code-$n")" -eq 0 ]; then
      told+=$n
      says "value-$n" "$groundwork" secret get "$name-many" "field$n" --reveal || return 1
    else
      grep -q 'changed by somebody else' "$scratch/at-once-$n" || return 1
    fi
  done
  "$groundwork" secret delete "$name-many" --yes >/dev/null && [ -n "$told" ]
}
holds 'of changes at the same moment none is lost without a word' at_once
# What pods reach it by. A way that is withdrawn is one that kube-proxy may miss for a minute.
way_in() { "$groundwork" kubectl get endpointslices,endpoints -n default -o json --field-selector metadata.name=kubernetes; }
rotated() {
  local way process
  way=$(way_in) && process=$(node_pid kube-apiserver) && grep -q '"addresses": \[' <<<"$way" && grep -q '"ip": "10' <<<"$way" || return 1
  "$groundwork" secret rotate-key && says "$way" way_in && [ "$(node_pid kube-apiserver)" != "$process" ]
}
holds 'a new key restarts the API server, and the way to it stays' rotated
others() { [ -S /run/groundwork/etcd/client ] && ! setpriv --reuid 65534 --regid 65534 --clear-groups ls /run/groundwork/etcd; }
holds 'no other user gets to the store, which asks nobody who they are' others
holds 'a delete asks first' answers 2 'hint: groundwork secret delete' "$groundwork" secret delete "$name"
holds 'and leaves nothing' answers 0 'removed, 4 versions' "$groundwork" secret delete "$name" --yes
holds 'which the list shows' answers 1 "there is no secret default/$name" "$groundwork" secret history "$name"

finish
