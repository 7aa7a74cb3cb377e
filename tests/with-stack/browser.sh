#!/usr/bin/env bash
# The console as a person uses it, in Chromium ($CHROMIUM, or chromium of the PATH). Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it as it was. What each page looked like is kept in $SCREENSHOTS.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

SCREENSHOTS=${SCREENSHOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/screenshots}
mkdir -p "$SCREENSHOTS"
SCREENSHOTS=$(cd "$SCREENSHOTS" && pwd)
CHROMIUM=$(command -v "${CHROMIUM:-chromium}") || {
  printf 'error: there is no Chromium\nhint: run scripts/setup-dev-environment.sh --tests, or set CHROMIUM to its program\n' >&2
  exit 1
}
KUBECTL="$(built groundwork)/bin/groundwork kubectl"
export SCREENSHOTS CHROMIUM KUBECTL
printf 'screenshots go to %s\n' "$SCREENSHOTS"
exec "$(built browser-tests)/bin/browser-tests"
