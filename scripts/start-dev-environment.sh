#!/usr/bin/env bash
# From a clone to a running stack: installs what is missing, brings the sources in, builds, starts.
# Safe to run again at any time; each step does only what is left to do.
#
#   start-dev-environment.sh                builds what is not built, or takes it from the binary cache GROUNDWORK_CACHE
#   start-dev-environment.sh --from FOLDER  takes it from a folder that scripts/publish-cache.sh filled, without a network
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/store.sh"
. "$project_root/scripts/lib/record.sh"
. "$project_root/scripts/lib/changes.sh"
. "$project_root/scripts/lib/plan.sh"

case "$#:${1:-}" in
  0:) ;;
  2:--from)
    [ -e "$2/nix-cache-info" ] || fail "$2 is no binary cache" "name a folder that scripts/publish-cache.sh has filled" 2
    GROUNDWORK_CACHE=$(realpath "$2")
    export GROUNDWORK_CACHE
    ;;
  *) fail "unknown arguments '$*'" "usage: start-dev-environment.sh [--from FOLDER]" 2 ;;
esac
cd "$project_root"

say_plan "${GROUNDWORK_CACHE:-}"
scripts/setup-dev-environment.sh
scripts/build.sh
scripts/install-git-hooks.sh --build
scripts/install-launcher.sh
exec nix run "$flake#up"
