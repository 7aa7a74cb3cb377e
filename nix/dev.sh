# shellcheck shell=bash disable=SC2154 # nix/dev.nix writes the first line, and the variables
# `dev run ARGUMENT…` compiles the launcher as it stands in this checkout and runs it with the stack that Nix built;
# `dev test`, `dev clippy`, `dev check`, `dev build` and `dev doc` are cargo's commands with the same crates.
set -euo pipefail

fail() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  exit "${3:-1}"
}

command=${1:-}
case $command in
  build | check | clippy | doc | run | test) shift ;;
  *) fail "dev has no command '$command'" 'usage: dev run ARGUMENT… | build|check|clippy|doc|test [ARGUMENT…]' 2 ;;
esac
root=$(git rev-parse --show-toplevel 2>/dev/null) || root=
[ -f "$root/nix/dev.sh" ] || fail 'this folder is outside a checkout of the project' 'change into one'
[ "$(<"$root/Cargo.lock")" = "$(<"$lock")" ] ||
  fail 'Cargo.lock is another than the one of this shell, whose crates are used here' \
    'run scripts/fetch-sources.sh, and enter nix develop again'
if [ "$command" = run ]; then
  set -- --quiet --package groundwork -- "$@"
fi
export RUSTFLAGS='-Clink-arg=-fuse-ld=gold' GROUNDWORK_STACK=${GROUNDWORK_STACK:-$stack}
# NB: what cargo calls, as clippy, is not handed its --config.
export CARGO_HOME=${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/cargo
mkdir -p "$CARGO_HOME"
cp --remove-destination "$vendor/config.toml" "$CARGO_HOME/"
exec cargo "$command" --manifest-path "$root/Cargo.toml" --profile loop --frozen "$@"
