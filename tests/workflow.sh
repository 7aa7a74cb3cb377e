#!/usr/bin/env bash
# The workflow of CI, run for real on pushes: a server's hook gives each to act, which runs its steps on this machine.
# What is right is green; each of six faults is red at its stage, and nothing of the stage after it is run.
#
# Expects what `scripts/build.sh --tests` makes, and that scripts/test-stack.sh has passed: what it left says so to the pipeline.
# Asks no network.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. tests/lib/assert.sh
. tests/lib/planted-secrets.sh
. scripts/lib/apt.sh

scratch=$(mktemp -d /var/tmp/groundwork-workflow.XXXXXX)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
act=$(built act)/bin/act
bills=$(built bills)
today=$(date +%F)
# What the workflow writes about this machine goes with the test.
export GIT_CONFIG_GLOBAL=$scratch/gitconfig
git config --global user.name test
git config --global user.email test@localhost
git config --global advice.detachedHead false

# The one that is run is the one that is committed, without its container: there is no engine here.
runs() { sed '/^    # A Debian, so that apt/,/^      options: /d' "$scratch/runner/.github/workflows/ci.yml"; }
# Actions of GitHub's own keep what is made between runs and on the page; nothing of that is here.
for action in cache upload-artifact; do
  mkdir -p "$scratch/actions/$action"
  printf 'name: %s\nruns: {using: composite, steps: [{run: "true", shell: sh}]}\n' "$action" >"$scratch/actions/$action/action.yml"
done
run_workflow() {
  local stubs=() action
  while read -r action; do
    stubs+=(--local-repository "$action=$scratch/actions/$(sed -E 's#actions/([^@]+)@.*#\1#' <<<"$action")")
  done < <(grep -oE 'actions/(cache|upload-artifact)@[0-9a-f]+' "$scratch/workflow.yml" | sort -u)
  cd "$scratch/runner" || return
  local home=$HOME
  # What act keeps goes with the test; its steps have the person's home.
  HOME=$scratch/home "$act" push --workflows "$scratch/workflow.yml" --platform ubuntu-24.04=-self-hosted --no-cache-server \
    --env "HOME=$home" --env "GROUNDWORK_ADVISORIES=$scratch/advisories" "${stubs[@]}"
}

# The server, with what it does on a push.
git clone --quiet --bare --no-local . "$scratch/server.git"
cat >"$scratch/server.git/hooks/post-receive" <<'END'
#!/usr/bin/env bash
read -r _ commit _
# shellcheck disable=SC2046 # they are words
unset $(git rev-parse --local-env-vars)
git clone --quiet --no-checkout . ../runner && git -C ../runner checkout --quiet -B change "$commit"
END
chmod +x "$scratch/server.git/hooks/post-receive"
git clone --quiet "$scratch/server.git" "$scratch/project"
base=$(git -C "$scratch/project" rev-parse HEAD)

# pushed: commits what is in the project, pushes it, and waits for the verdict. The runner's words are in $scratch/said.
pushed() {
  rm -rf "$scratch/runner"
  git -C "$scratch/project" add --all --force . && git -C "$scratch/project" commit --quiet --no-verify --allow-empty --message "$1" &&
    git -C "$scratch/project" push --quiet --force origin HEAD:refs/heads/change >"$scratch/push" 2>&1 || return
  runs >"$scratch/workflow.yml"
  (run_workflow) >"$scratch/said" 2>&1
}
# What became of a step, by the table on the run's page: `became STAGE STEP WORD`.
became() { grep -E "^\| $1 \| $2 \| $3 \|" "$scratch/said"; }

# green SENTENCE MESSAGE
green() {
  local started=$SECONDS
  is_green() { pushed "$message" || { tail -n 60 "$scratch/said"; return 1; }; }
  local message=$2
  holds "$1" is_green
  printf '        (the verdict %s s after the push)\n' $((SECONDS - started))
}
# red STAGE AFTER SENTENCE STEP…: what is in the project now is red at that stage, each fault at its step, and of the stage
# after it nothing runs.
red() {
  local stage=$1 after=$2 started=$SECONDS
  shift 2
  is_red() {
    if ! pushed "Faults for $stage" && grep -q '[0-9] passed, [0-9]* failed' "$scratch/said"; then return; fi
    tail -n 60 "$scratch/said"
    return 1
  }
  holds "faults for $stage: the push is red" is_red
  printf '        (the verdict %s s after the push)\n' $((SECONDS - started))
  while [ $# -gt 0 ]; do
    holds "$1: red at $stage" became "$stage" "$2" FAILED
    shift 2
  done
  holds "and nothing of $after is run" became "$after" '.+' 'not run'
  git -C "$scratch/project" reset --quiet --hard "$base"
  git -C "$scratch/project" clean --quiet --force -d
}

# advisory NAME VERSION: of today, about a crate.
advisory() {
  rm -rf "$scratch/advisories"
  mkdir -p "$scratch/advisories/crates.io/records"
  printf '{"id": "PLANTED-1", "summary": "planted", "affected": [{"package": {"ecosystem": "crates.io", "name": "%s"}, "versions": ["%s"]}]}\n' \
    "$1" "$2" >"$scratch/advisories/crates.io/records/planted.json"
  printf '%s\n' "$today" >"$scratch/advisories/crates.io/as-of"
}

advisory none 1.0.0
green 'what is right is green' 'Nothing'

# The faults of a stage are in one push: all of its steps run.
echo '{ }:   1' >"$scratch/project/nix/faulty.nix"
sed -i 's/^    runs-on: ubuntu-24.04$/    runs-on: ubuntu-1.0/' "$scratch/project/.github/workflows/habits.yml"
red lint unit-tests 'a file that is not formatted' nix-fmt 'a workflow that no runner takes' workflows

sed -i 's/values: 0x80/values: 1x80/' "$scratch/project/components/alertmanager/watch/rules.test.yaml"
red unit-tests integration 'a test that fails' prometheus-rules

expand 'ALPACA_API_SECRET_KEY=@A40@'
printf '%s\n' "$text" >"$scratch/project/alpaca.env"
debian_mirror >"$scratch/project/docs/planted.md"
version=$(sed -nE 's#^ *"purl": "pkg:cargo/serde@([^"]+)".*#\1#p' "$bills"/*.cdx.json | head -n 1)
advisory serde "$version"
red security images 'a secret in a commit' 'no commit holds a secret' 'the name of a registry'"'"'s host' 'no file names a registry host' \
  'a part of which a vulnerability is known' 'no part has a known vulnerability'

finish
