# shellcheck shell=bash
# What the whole-system tests share: each one states what holds and ends with `finish`, which counts.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib/common.sh"

passed=0 failed=0

# built NAME: where a package of the flake is.
built() {
  nix build --no-link --json "$flake#$1" 2>/dev/null | sed -E 's/.*"out":"([^"]+)".*/\1/'
}

# holds SENTENCE COMMAND…: the sentence is true if the command succeeds.
holds() {
  local sentence=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'passed  %s\n' "$sentence"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n%s\n' "$sentence" "$(tail -n 15 <<<"$output" | sed 's/^/        /')"
  fi
}

# answers CODE PATTERN COMMAND…: the command exits with that code and prints a line like that.
answers() {
  local code=$1 pattern=$2 output actual
  shift 2
  output=$("$@" 2>&1 </dev/null)
  actual=$?
  if [ "$actual" -ne "$code" ] || ! grep -qE -- "$pattern" <<<"$output"; then
    printf 'exit code %s, wanted %s, and a line like: %s\n%s\n' "$actual" "$code" "$pattern" "$output"
    return 1
  fi
}

# within SECONDS COMMAND…: waits until the command succeeds; one that does not in time has failed.
within() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    read -r -t 0.5 <> <(:) || true
  done
}

finish() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
