#!/usr/bin/env bash
# A composite action whose list of steps is empty is one that does nothing: a stub for an action that a test has no use for. act,
# which runs GitHub's workflows on this machine, runs it with success, runs the steps behind it, and fails the job in the end,
# when it runs what an action does after the job: "missing steps in composite action". The job's summary names no step of the
# workflow that failed. A stub takes one step that does nothing.
#
# Seen on 2026-12-02 with act v0.2.89, on the host and without a container:
#   steps: []                          Success - Main x/none@v1, "after", Failure - Post x/none@v1, exit 1
#   steps: [{run: "true", shell: sh}]  Success - Main x/one@v1, "after", Success - Post x/one@v1, exit 0
#
# Needs Git and Go 1.26. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOBIN=$folder/bin GOTOOLCHAIN=local
go install github.com/nektos/act@v0.2.89

mkdir -p project/.github/workflows none one
echo 'runs: {using: composite, steps: []}' >none/action.yml
echo 'runs: {using: composite, steps: [{run: "true", shell: sh}]}' >one/action.yml
cd project
git init --quiet
git -c user.name=test -c user.email=test@localhost commit --quiet --allow-empty --message one
for action in none one; do
  cat >.github/workflows/ci.yml <<END
on: push
jobs:
  job:
    runs-on: here
    steps:
      - uses: x/$action@v1
      - run: echo after
END
  code=0
  HOME=$folder XDG_CACHE_HOME=$folder/cache "$folder/bin/act" push --platform here=-self-hosted --no-cache-server \
    --local-repository "x/$action@v1=$folder/$action" >"$folder/said" 2>&1 || code=$?
  { grep -oE '(Success|Failure) - (Main|Post) x/[a-z]+@v1|\| after|missing steps in composite action' "$folder/said" || true; } | sort -u | tee -a "$folder/seen"
  echo "exit $code" | tee -a "$folder/seen"
done

diff "$folder/seen" - <<'END'
Failure - Post x/none@v1
Success - Main x/none@v1
missing steps in composite action
| after
exit 1
Success - Main x/one@v1
Success - Post x/one@v1
| after
exit 0
END
