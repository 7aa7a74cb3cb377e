#!/usr/bin/env bash
# The cluster follows a Git repository: the stack's own small server, and one elsewhere. Expects a running stack in
# $GROUNDWORK_STATE_DIR, and leaves it as it was.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh
. tests/lib/stack.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
export no_proxy=127.0.0.1
cleanup() {
  # Before what it has brought, which it would bring again.
  "$groundwork" up --without gitops >/dev/null 2>&1
  "$groundwork" kubectl delete --ignore-not-found namespace test-followed gitops >/dev/null 2>&1
  "$groundwork" kubectl -n kube-system delete --ignore-not-found configmap groundwork-inventory.repository >/dev/null 2>&1
  # The stack forgets the namespace that it would have kept.
  "$groundwork" up >/dev/null 2>&1
  rm -rf "$scratch"
}
trap cleanup EXIT

holds 'it is started where a person wants it' answers 0 'gitops +http://127.0.0.1:9418/platform.git' "$groundwork" up --with gitops
password=$("$groundwork" secret get gitops-push token -n gitops --reveal)
own=http://anybody:$password@127.0.0.1:9418/platform.git

project=$scratch/project
git init --quiet --initial-branch main "$project"
project_git() { git -C "$project" -c user.name=test -c user.email=test@localhost "$@"; }
# pushed MESSAGE [ARGUMENT…]: commits what is there, and pushes it.
pushed() {
  project_git add --all
  project_git commit --quiet --message "$1" && project_git push --quiet "$own" "${@:2}"
}
status() { "$groundwork" kubectl get --raw /api/v1/namespaces/gitops/services/gitops:9464/proxy/status; }
# is_told PATTERN…: the status has each of them.
is_told() {
  local told pattern
  told=$(status)
  for pattern in "$@"; do
    grep -E -- "$pattern" <<<"$told" >/dev/null || { echo "no $pattern: $told"; return 1; }
  done
}
# setting FIELD: what the cluster has of the pushed ConfigMap.
setting() { "$groundwork" kubectl -n test-followed get configmap settings --output "jsonpath={.data.$1}"; }
is_set() { [ "$(setting "$1")" = "$2" ]; }

holds 'without a commit nothing is applied' within 60 is_told '"state":"empty"'
holds 'without the password nobody reads' answers 128 'could not read Username|Authentication failed' \
  env GIT_TERMINAL_PROMPT=0 git ls-remote http://127.0.0.1:9418/platform.git
holds 'nor with another one' answers 128 'Authentication failed' \
  env GIT_TERMINAL_PROMPT=0 git ls-remote http://anybody:sesame@127.0.0.1:9418/platform.git

image=$(image_of_stack node-exporter)
mkdir "$project/deploy"
printf '%s\n' '{apiVersion: v1, kind: Namespace, metadata: {name: test-followed}}' >"$project/deploy/namespace.yaml"
printf '%s\n' "{apiVersion: apps/v1, kind: Deployment, metadata: {name: followed}, spec: {selector: {matchLabels: {app: followed}},
  template: {metadata: {labels: {app: followed}}, spec: {automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [
  {name: followed, image: $image, imagePullPolicy: Never, args: [--collector.disable-defaults]}]}}}}" >"$project/deploy/deployment.yaml"
printf '%s\n' 'namespace: test-followed' 'resources: [namespace.yaml, deployment.yaml, settings.yaml]' >"$project/deploy/kustomization.yaml"
printf '%s\n' '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: green}}' >"$project/deploy/settings.yaml"
printf '%s\n' 'resources: [deploy]' >"$project/kustomization.yaml"
holds 'a commit is pushed' pushed 'the first' main
holds 'and brought in until all of it is ready' within 60 is_told '"state":"ready"' '"subject":"the first"' '"objects":3' '"error":null'
is_ready() { [ "$("$groundwork" kubectl -n test-followed get deployment followed --output 'jsonpath={.status.availableReplicas}')" = 1 ]; }
holds 'its Deployment runs' is_ready
holds 'the console shows it' answers 0 '"subject":"the first"' \
  curl --silent --noproxy '*' --header 'Host: console.localhost:8080' http://127.0.0.1:8080/api/repository

"$groundwork" kubectl -n test-followed patch configmap settings --type merge --patch '{"data": {"colour": "red"}}' >/dev/null
holds 'what somebody changed by hand is put right' within 90 is_set colour green
holds 'and told' within 10 is_told 'ConfigMap test-followed/settings differs in data.colour'
"$groundwork" kubectl -n test-followed delete deployment followed >/dev/null
holds 'what somebody deleted is made again' within 90 is_ready

sed -i 's/green/[/' "$project/deploy/settings.yaml"
pushed 'a fault' main
holds 'a commit that cannot be read is told' within 60 is_told '"state":"failed"' '"subject":"a fault"' 'kustomize cannot render it'
holds 'and what was applied before stays' is_set colour green
sed -i 's/\[/blue/' "$project/deploy/settings.yaml"
pushed 'mended' main
holds 'one that mends it is brought in at once' within 20 is_set colour blue

sed -i 's#followed, image: .*, imagePullPolicy#followed, image: groundwork.local/nobody-has:this, imagePullPolicy#' "$project/deploy/deployment.yaml"
pushed 'no such image' main
holds 'an image that is not there is told while it is waited for' within 60 is_told '"subject":"no such image"' '"state":"applying"' \
  '"waiting":"followed: .*ErrImageNeverPull'
project_git revert --no-edit HEAD >/dev/null && project_git push --quiet "$own" main
holds 'a commit that takes it back is ready again' within 60 is_told '"subject":"Revert' '"state":"ready"'

printf '%s\n' '{apiVersion: v1, kind: Namespace, metadata: {name: hello}}' >"$project/deploy/stolen.yaml"
sed -i 's/settings.yaml/settings.yaml, stolen.yaml/' "$project/deploy/kustomization.yaml"
sed -i '/^namespace:/d' "$project/deploy/kustomization.yaml"
sed -i 's/name: followed}, spec/name: followed, namespace: test-followed}, spec/' "$project/deploy/deployment.yaml"
sed -i 's/name: settings}/name: settings, namespace: test-followed}/' "$project/deploy/settings.yaml"
pushed 'a namespace of the stack' main
holds "an object of the stack's is left to it" within 60 is_told '"state":"failed"' 'it belongs to the stack'
project_git rm --quiet --cached -r . && project_git commit --quiet --message 'nothing' && project_git push --quiet "$own" main
holds 'a commit without objects deletes nothing' within 60 is_told '"subject":"nothing"' '"state":"failed"' 'what was applied before stays'
holds 'all of it is there' is_set colour blue

rm "$project/deploy/stolen.yaml" "$project/deploy/deployment.yaml"
sed -i 's/, deployment.yaml//; s/, stolen.yaml//' "$project/deploy/kustomization.yaml"
pushed 'elsewhere' main:live main
holds 'what left the repository is deleted' within 60 answers 1 'not found' "$groundwork" kubectl -n test-followed get deployment followed
sed -i 's/blue/white/' "$project/deploy/settings.yaml"
pushed 'another branch' main:live

# A repository elsewhere, as a pod sees it: another branch by the way over a Service.
printf 'http://anybody:%s@gitops-loopback.gitops.svc:9418/platform.git?ref=live&dir=deploy' "$password" |
  "$groundwork" secret set gitops-repository address -n gitops >/dev/null
holds 'a repository elsewhere is followed by its branch and folder' within 150 is_set colour white
holds 'its address is told without the password' answers 0 '"repository":"http://gitops-loopback.gitops.svc:9418/platform.git \(live, deploy\)"' status
printf 'http://anybody:%s@gitops-loopback.gitops.svc:9418/nowhere.git' "$password" |
  "$groundwork" secret set gitops-repository address -n gitops >/dev/null
holds 'one that is not there is told' within 150 is_told '"state":"failed"' 'cannot bring the repository in'
# The password as it is, and as it is sent.
tells_nothing() {
  local secrets=("$password" "$(printf 'anybody:%s' "$password" | base64 --wrap 0)")
  ! { status; "$groundwork" kubectl -n gitops logs gitops-0; } | grep -F -e "${secrets[0]}" -e "${secrets[1]}"
}
holds 'and its password is neither told nor logged' tells_nothing
"$groundwork" secret rollback gitops-repository -n gitops >/dev/null
holds 'nobody pushes to the own one meanwhile' answers 128 'another repository is followed|403' project_git push "$own" main
"$groundwork" kubectl -n gitops delete pod gitops-0 >/dev/null
holds 'after the end of its pod it goes on' within 90 is_told '"state":"ready"' '"subject":"another branch"'

holds 'without it what it brought stays' answers 0 'ready in' "$groundwork" up --without gitops
holds 'as it was' is_set colour white

finish
