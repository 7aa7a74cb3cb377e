#!/usr/bin/env bash
# The release before is upgraded to this checkout while it runs: what was written stays, and hello answers all the time.
# Not in scripts/test.sh: it builds that release, too.
#
#   upgrade.sh         from the last tag before this commit
#   upgrade.sh REV     from that commit
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. tests/lib/assert.sh
. tests/lib/requests.sh
. scripts/lib/node.sh

from=${1:-$(git describe --tags --abbrev=0 HEAD^ 2>/dev/null)}
[ -n "$from" ] || fail "there is no tag before this commit" "tests/upgrade.sh REV upgrades from that commit" 2
scratch=$(mktemp -d)
destroy_abandoned
GROUNDWORK_STATE_DIR=$(new_state_dir)
export GROUNDWORK_STATE_DIR
cleanup() {
  stop_requests
  [ -z "${groundwork:-}" ] || "$groundwork" destroy --yes >/dev/null 2>&1
  rmdir "$GROUNDWORK_STATE_DIR" 2>/dev/null
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

git clone --quiet --no-local . "$scratch/before"
git -C "$scratch/before" checkout --quiet --detach "$from" || exit 2
(cd "$scratch/before" && scripts/build.sh) || exit 1
before=$(cd "$scratch/before" && flake=. && built groundwork)/bin/groundwork
groundwork=$(built groundwork)/bin/groundwork
[ "$before" != "$groundwork" ] || fail "$from has the same launcher" "name an earlier commit" 2

holds "the stack of $from is up" "$before" up
"$before" new before-upgrade "$scratch/service" --without kafka,database >/dev/null
holds 'with a service' "$before" deploy "$scratch/service"
put() { printf 'kept\n' | "$before" "$@"; }
holds 'a record' put produce upgraded
holds 'a secret' put secret set upgraded key
start_requests "$scratch/codes"
holds 'hello answers' within 20 answers_requests

started=$SECONDS
holds 'this checkout is deployed' "$groundwork" deploy .
printf '        (%s s)\n' "$((SECONDS - started))"
holds 'the launcher sees nothing amiss' "$groundwork" status
holds 'no request of hello failed' all_answered
stop_requests
says() { [ "$("${@:2}")" = "$1" ]; }
holds 'the record is there' says kept "$groundwork" consume upgraded --from-beginning --max 1
holds 'the secret' says kept "$groundwork" secret get upgraded key --reveal
holds 'the service answers' curl --silent --fail --header 'host: before-upgrade.localhost' http://127.0.0.1:8080/health
holds 'and it is deployed anew as before' answers 0 '^before-upgrade 0.1.0 answers after' "$groundwork" deploy "$scratch/service"
holds 'all is removed' "$groundwork" destroy --yes
holds 'and nothing is left' tests/lib/leftovers.sh "$GROUNDWORK_STATE_DIR"

finish
