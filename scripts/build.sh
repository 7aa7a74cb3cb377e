#!/usr/bin/env bash
# Builds everything that runs, in order, with a line for each program: [k/n], how long it has been
# and about how long it takes. What is built already costs nothing, so a rerun goes on.
#
#   build.sh          what the stack needs
#   build.sh --tests  and what only its checks need
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

logs="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/logs"
mkdir -p "$logs"
cd "$project_root"

case ${1:-} in
  --tests) chosen='_: true' ;;
  '') chosen='it: !it.tests' ;;
  *) fail "build.sh does not know $1" "build.sh [--tests]" ;;
esac
# Name and seconds of each output, in order.
nix eval --raw "$flake#builds" --apply "
  builds: builtins.concatStringsSep \"\" (map (it: \"\${it.name} \${toString it.seconds}\\n\") (builtins.filter ($chosen) builds))
" >"$logs/targets" 2>"$logs/targets.log" || {
  cat "$logs/targets.log" >&2
  fail "the flake cannot list what is built"
}
total=$(wc -l <"$logs/targets")
k=0
begin=$SECONDS
while read -r name seconds; do
  k=$((k + 1))
  start=$SECONDS
  log="$logs/$name.log"
  nix build --no-link --print-build-logs "$flake#$name" >"$log" 2>&1 </dev/null &
  build=$!
  # Silent for two seconds, as what is built already takes no longer; then a line every ten.
  shown=2
  while kill -0 "$build" 2>/dev/null; do
    if [ $((SECONDS - start)) -ge "$shown" ]; then
      if [ -t 1 ]; then end='\r' every=1; else end='\n' every=15; fi
      # shellcheck disable=SC2059 # the end of the line is part of the format
      printf "[%s/%s] %s, %s s, about %s s$end" "$k" "$total" "$name" $((SECONDS - start)) "$seconds"
      shown=$((SECONDS - start + every))
    fi
    read -r -t 0.2 <> <(:) || true
  done
  if ! wait "$build"; then
    printf '\n' >&2
    grep -v '^warning: Git tree' "$log" | tail -n 20 >&2
    fail "[$k/$total] $name does not build" "all of its log: less $log"
  fi
  printf '[%s/%s] %s, done in %s s\n' "$k" "$total" "$name" $((SECONDS - start))
done <"$logs/targets"
printf 'everything is built (%s s)\n' $((SECONDS - begin))
