#!/usr/bin/env bash
# Runs a command in the Linux of this machine: on macOS in Lima's, elsewhere simply here.
#
#   linux.sh nix run .#status
#   linux.sh                     a shell there
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

[ "$#" -gt 0 ] || set -- bash -i
exec "$@"
