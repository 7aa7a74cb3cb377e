#!/usr/bin/env bash
# Runs a tool of the crate registry in its pinned version; installs it first where it is missing. These take too long to
# build for the flake's checks.
#
#   cargo-tool.sh NAME [ARGUMENT…]
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

tool=${1:-}
# One line each, which .github/renovate.json5 reads.
case $tool in
  cargo-deny) crate=cargo-deny version=0.20.2 ;;
  cargo-fuzz) crate=cargo-fuzz version=0.13.2 ;;
  cargo-nextest) crate=cargo-nextest version=0.9.100 ;;
  typos) crate=typos-cli version=1.39.0 ;;
  *) fail "there is no tool '$tool'" "usage: cargo-tool.sh cargo-deny|cargo-fuzz|cargo-nextest|typos [ARGUMENT…]" 2 ;;
esac
command -v cargo >/dev/null || fail "$tool is built by cargo, and there is none" "run this inside nix develop"

root="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/tools/$crate-$version"
if [ ! -x "$root/bin/$tool" ]; then
  printf '%s %s: building it, once for this machine\n' "$crate" "$version" >&2
  cargo install --locked --quiet --root "$root" "$crate@$version" ||
    fail "$crate $version does not build" "see the lines above; it may want a newer Rust than this one"
fi
shift
exec "$root/bin/$tool" "$@"
