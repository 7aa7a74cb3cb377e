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

# figures_named PREFIX COMPONENT OTHERS FILE: the figures in FILE, as Prometheus reads them, have every name with that prefix in the
# component's rules and dashboard, but for OTHERS, a pattern of names that rules make and of functions.
figures_named() {
  local names name
  names=$(grep -rhoE "\\b$1_[a-z_]+" "components/$2/watch/rules.yaml" "components/$2/watch/dashboard.json" | grep -vxE "$3" | sort -u)
  [ -n "$names" ] || return 1
  while read -r name; do
    grep -q "^${name}[{ ]" "$4" || { echo "no figure $name"; return 1; }
  done <<<"$names"
}

finish() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
