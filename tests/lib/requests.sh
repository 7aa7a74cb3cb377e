# shellcheck shell=bash
# Requests to hello while something is done to the stack.

load='' codes=''
# start_requests FILE: one after another, each with a connection of its own; a line for each in the file, with its status.
start_requests() {
  codes=$1
  while :; do curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}\n' http://hello.localhost:8080/; done >"$codes" &
  load=$!
}
stop_requests() { [ -z "$load" ] || kill "$load" 2>/dev/null; }
answers_requests() { grep -q '^200$' "$codes"; }
all_answered() {
  local count failed
  count=$(wc -l <"$codes")
  failed=$(grep -vc '^200$' "$codes")
  echo "$failed of $count requests failed"
  [ "$failed" -eq 0 ] && [ "$count" -gt 100 ]
}
