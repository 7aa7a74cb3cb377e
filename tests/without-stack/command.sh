#!/usr/bin/env bash
# `groundwork` comes onto the path, completes, and goes again; every component of the environment is named. The prefix
# and Nix' links are empty folders in a mount namespace of the test's own.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/prefix/bin" "$scratch/prefix/share/zsh/site-functions" "$scratch/roots"

# apart COMMAND…: runs the command with these folders.
apart() {
  # shellcheck disable=SC2016 # the inner shell's variables
  unshare --mount --propagation private bash -ec '
    mount --bind "$1/prefix" /usr/local
    mount --bind "$1/roots" /nix/var/nix/gcroots/auto
    shift
    exec "$@"' -- "$scratch" "$@"
}
# listing: all that is in them, with where links lead.
listing() { (cd "$scratch" && find prefix roots -printf '%p %l\n' | sort); }
before=$(listing)

holds 'groundwork comes onto the path' answers 0 '/usr/local/bin/groundwork is there now' apart scripts/install-launcher.sh
holds 'and runs' answers 0 '^groundwork [0-9.]+$' apart /usr/local/bin/groundwork --version
installed=$(listing)
holds 'a second run is possible' apart scripts/install-launcher.sh
holds 'and changes nothing' test "$(listing)" = "$installed"

# offered WORD…: what bash offers for the last word.
offered() {
  # shellcheck disable=SC2016 # the inner shell's variables
  apart bash -c '
    . /usr/local/share/bash-completion/completions/groundwork
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _groundwork groundwork "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]}"' -- "$@"
}
holds 'bash completes a command' answers 0 '^status$' offered groundwork st
holds 'and what it takes' answers 0 '^observability$' offered groundwork bench o
holds 'zsh finds its own completion' answers 0 '^#compdef groundwork$' apart cat /usr/local/share/zsh/site-functions/_groundwork
holds 'and so does fish' answers 0 '^complete -c groundwork .*status' \
  apart cat /usr/local/share/fish/vendor_completions.d/groundwork.fish

holds 'it goes again' apart scripts/install-launcher.sh --remove
holds 'and leaves what was there before' test "$(listing)" = "$before"
mkdir -p "$scratch/prefix/share/fish/vendor_completions.d"
echo mine | tee "$scratch/prefix/bin/groundwork" >"$scratch/prefix/share/fish/vendor_completions.d/groundwork.fish"
before=$(listing)
holds 'a file of somebody else is told of' answers 0 '/bin/groundwork is not ours and stays' apart scripts/install-launcher.sh
holds 'and stays' grep -qx mine "$scratch/prefix/bin/groundwork"
holds 'also when ours go' apart scripts/install-launcher.sh --remove
holds 'which leaves what was there before' test "$(listing)" = "$before"

for what in git Nix kubectl Python Poetry pre-commit ruff mypy 'Git hooks' groundwork editor 'disk'; do
  holds "$what is told of" answers 0 "^(ok|later|none) .*$what" scripts/verify-environment.sh
done
holds 'a machine that lacks something is told the command for it' \
  answers 1 "hint: echo 'sandbox = true'" env NIX_CONFIG='sandbox = false' scripts/verify-environment.sh
no_hooks() { GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=$scratch "$@"; }
holds "hooks that live elsewhere are a person's own affair" answers 0 'none  Git hooks' no_hooks scripts/verify-environment.sh

finish
