#!/usr/bin/env bash
# From a clone to a running stack: installs what is missing, brings the sources in, builds, starts.
# Safe to run again at any time; each step does only what is left to do.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

scripts/setup-dev-environment.sh
scripts/fetch-sources.sh
scripts/build.sh
scripts/install-git-hooks.sh --build
exec nix run "$flake#up"
