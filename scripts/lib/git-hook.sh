#!/usr/bin/env bash
# Groundwork's Git hook: no secret gets into Git. scripts/install-git-hooks.sh copies it to where Git looks, as
# pre-commit and as pre-push; a hook that was there before is kept as NAME.own and runs after this one.
set -euo pipefail
name=${0##*/}
look=$(git rev-parse --show-toplevel)/scripts/secrets-in-git.sh
if [ ! -x "$look" ]; then
  printf 'error: %s: %s is not there, so nothing looks for secrets\n' "$name" "$look" >&2
  printf 'hint: merge a branch that has it; scripts/install-git-hooks.sh there says how the hooks got here\n' >&2
  exit 1
fi
# Git tells a pre-push hook on standard input what is pushed, and both have to read it.
told=
[ "$name" != pre-push ] || told=$(cat)
printf '%s' "${told:+$told$'\n'}" | "$look" "$name" "$@"
own=$(dirname "$0")/$name.own
[ ! -x "$own" ] || printf '%s' "${told:+$told$'\n'}" | "$own" "$@"
