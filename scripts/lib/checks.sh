# shellcheck shell=bash
# Things that pass or fail, and how many did. Expects common.sh.

passed=0 failed=0
checks_log=$(mktemp)

# check NAME COMMAND…: one thing that passes or fails, as this does; a failure shows the end of its output.
check() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$checks_log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf 'passed  %s (%s s)\n' "$name" $((SECONDS - start))
  else
    failed=$((failed + 1))
    printf 'FAILED  %s (%s s)\n' "$name" $((SECONDS - start))
    tail -n 40 "$checks_log" | sed 's/^/        /'
    return 1
  fi
}

# counted COMMAND…: prints what the command prints and adds up its closing line `N passed, N failed`.
counted() {
  local line start=$SECONDS
  "$@" </dev/null | tee "$checks_log"
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$checks_log" | tail -n 1)
  if [ -z "$line" ]; then
    failed=$((failed + 1))
    printf 'FAILED  %s ended without its closing line\n' "$*"
    return
  fi
  passed=$((passed + ${line%% *}))
  line=${line#*, }
  failed=$((failed + ${line%% *}))
  printf '        (%s s)\n' $((SECONDS - start))
}

# counts: the closing line; false when something failed.
counts() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
