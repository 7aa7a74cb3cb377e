#!/usr/bin/env bash
# The platform is deployed from a checkout by one command, without a request of hello that fails; what does not become ready
# is taken back. Expects a running stack in $GROUNDWORK_STATE_DIR, and leaves it as it was.
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/assert.sh
. tests/lib/requests.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
cleanup() {
  stop_requests
  rm -rf "$scratch"
}
trap cleanup EXIT
git clone --quiet --no-local . "$scratch/project"
deployment=$scratch/project/services/hello/k8s/hello/deployment.yaml
cp "$deployment" "$scratch/deployment.yaml"
# of_pods FIELD: what hello's pods have there.
of_pods() { "$groundwork" kubectl -n hello get pods -l app.kubernetes.io/name=hello -o "jsonpath={range .items[*]}{$1}{'\n'}{end}"; }

start_requests "$scratch/codes"
holds 'hello answers' within 20 answers_requests

sed -i 's#^        prometheus.io/scrape: "true"$#&\n        test.groundwork/deployed: "once"#' "$deployment"
holds 'a changed object is deployed from the checkout' answers 0 '^changes of objects: (.*, )?services$' "$groundwork" deploy "$scratch/project"
is_new() { of_pods '.metadata.annotations.test\.groundwork/deployed' | grep -x once; }
holds 'and is in the pod that runs' is_new
holds 'no request failed meanwhile' all_answered
holds 'a second time nothing changes' answers 0 '^nothing has changed$' "$groundwork" deploy "$scratch/project"

sed -i 's#path: /ready#path: /never#' "$deployment"
holds 'what does not become ready is taken back' answers 1 'the deployment failed, and what ran before runs again' \
  "$groundwork" deploy "$scratch/project" --timeout 20
holds 'the pod from before runs' is_new
is_ready() { of_pods '.status.containerStatuses[0].ready' | grep -x true && ! of_pods '.status.containerStatuses[0].ready' | grep -x false; }
holds 'and no other' within 60 is_ready
holds 'and no request failed' all_answered

cp "$scratch/deployment.yaml" "$deployment"
printf 'nonsense: [\n' >>"$scratch/project/services/hello/component.nix"
holds 'what does not build is told before anything changes' answers 1 'does not build' "$groundwork" deploy "$scratch/project"
holds 'and the right checkout mends it all' answers 0 'ready in' "$groundwork" deploy .
holds 'no request of all of these failed' all_answered

finish
