#!/usr/bin/env bash
# A service of one's own is made by one command, and `service check` sees what is otherwise in it than in all services. Runs
# no stack.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

make() { "$groundwork" new "$@"; }
holds 'a service is made by one command' answers 0 "^orders is in $scratch/orders$" make orders "$scratch/orders"
holds 'its own files have its name' grep -q '^name = "orders"$' "$scratch/orders/pyproject.toml"
holds 'and nothing has the template'"'"'s' test -z "$(grep -rl template-service "$scratch/orders")"
holds 'Git knows all of them' test -z "$(git -C "$scratch/orders" ls-files --others --exclude-standard)"
holds 'its flake names this checkout' grep -qF "$project_root" "$scratch/orders/flake.nix"
holds 'it is as all services are' answers 0 '^[0-9]+ passed, 0 failed$' "$groundwork" service check "$scratch/orders"

holds 'what was not wanted is left out' make lean "$scratch/lean" --without kafka,database
no_trace() { ! grep -rnE 'import (aiokafka|asyncpg)|from (aiokafka|asyncpg)|kafka_brokers|KAFKA_BROKERS|secrets/database' "$scratch/lean/src" "$scratch/lean/k8s"; }
holds 'and nothing of it is imported, set or mounted' no_trace
holds 'it is as all services are, too' answers 0 '^[0-9]+ passed, 0 failed$' "$groundwork" service check "$scratch/lean"

holds 'one in Rust is made, too' answers 0 "^quotes is in $scratch/quotes$" make quotes "$scratch/quotes" --kind axum
holds 'and nothing has the template'"'"'s name' test -z "$(grep -rl template-service "$scratch/quotes")"
holds 'it has no link out of its repository' test -z "$(find "$scratch/quotes" -type l)"
holds 'it is as all services are' answers 0 '^[0-9]+ passed, 0 failed$' "$groundwork" service check "$scratch/quotes"

# What is compiled of a lock serves services of every name: the template's own build has it.
compiled() { nix-store --query --outputs "$(nix-store --query --requisites "$(nix eval --raw "$1")" | grep -- '-service-dependencies.drv$')"; }
shared() {
  local of_template of_service
  of_template=$(compiled "$flake#image-template-axum.drvPath")
  of_service=$(compiled "git+file://$scratch/quotes#image.drvPath")
  [ -n "$of_template" ] && [ "$of_service" = "$of_template" ]
}
holds 'its packages are compiled already' shared

saved() { git -C "$scratch/orders" add . && git -C "$scratch/orders" -c user.name=test -c user.email=test@localhost commit --quiet --message "$1"; }
# What the template was, had it been made of an older one: in the file, and in what is kept of it.
older() {
  sed -i 's/^A service on Groundwork:/An old service on Groundwork:/' "$scratch/orders/README.md"
  sed -i 's/nA service on Groundwork:/nAn old service on Groundwork:/' "$scratch/orders/.groundwork/template.json"
  echo '- One line more.' >>"$scratch/orders/README.md"
}
update() { "$groundwork" service update "$scratch/orders"; }
holds 'a service that is up to date stays so' saved made
holds 'and says so' answers 0 '^orders follows version 1 of its template$' update
older
holds 'with changes that are not in Git nothing is brought in' answers 2 'changes that are not in Git' update
holds 'a newer template comes in' saved older
holds 'by a merge' answers 0 '^merged    README.md$' update
merged() { grep -q '^A service on Groundwork:' "$scratch/orders/README.md" && grep -q '^- One line more.$' "$scratch/orders/README.md"; }
holds 'that has both' merged
saved merged
sed -i 's/nA service on/nAnother service on/' "$scratch/orders/.groundwork/template.json"
sed -i 's/^A service on Groundwork:/My service on Groundwork:/' "$scratch/orders/README.md"
saved mine
holds 'lines that both have changed are told' answers 1 '^conflict  README.md$' update
holds 'and have markers' grep -q '^<<<<<<<' "$scratch/orders/README.md"
git -C "$scratch/orders" checkout --quiet .
sed -i 's/^My service on/A service on/' "$scratch/orders/README.md"

files() { (cd "$scratch/orders" && find . -type f -not -path './.git/*' -exec sha256sum {} + | sort); }
before=$(files)
holds 'a folder that is there is refused' answers 2 "is there already" make orders "$scratch/orders"
holds 'and stays as it is' test "$(files)" = "$before"
holds 'a name that is no label is refused with a better one' answers 2 '^hint: groundwork new order-book$' make Order_Book "$scratch/x"
holds 'a word of Python is refused' answers 2 '^hint: groundwork new json-service$' make json "$scratch/x"
holds 'a component of the stack is refused' answers 2 '^hint: groundwork new my-kafka$' make kafka "$scratch/x"
holds 'a kind that is not there is refused with those that are' answers 2 '^hint: --kind axum|fastapi$' make orders "$scratch/x" --kind django
holds 'a feature that is not there is refused with those that are' answers 2 'database, kafka' make orders "$scratch/x" --without redis
holds 'a parent that cannot be written is told' answers 1 'cannot (make|write into)' make orders /proc/x
holds 'none of them left anything' test ! -e "$scratch/x"
holds 'what is no service is not deployed' answers 2 'it has no flake.nix' "$groundwork" deploy "$scratch"

# deviates SENTENCE NAME COMMAND…: in a copy of the service, after the command, exactly the check of that name is red.
deviates() {
  local sentence=$1 name=$2
  shift 2
  rm -rf "$scratch/copy"
  cp -r "$scratch/orders" "$scratch/copy"
  # shellcheck disable=SC2317 # `holds` calls it
  red() {
    (cd "$scratch/copy" && "$@") || return
    answers 1 ' passed, 1 failed$' "$groundwork" service check "$scratch/copy" && answers 1 "^failed  $name$" "$groundwork" service check "$scratch/copy"
  }
  holds "$sentence" red "$@"
}
deployment=k8s/deployment.yaml
deviates 'a file of the structure that is missing' 'every file of the structure is there' rm Dockerfile
deviates 'a managed file that was changed' 'managed files are as the template has them' sed -i '1s/^/# mine\n/' src/platform/logs.py
deviates 'an older template' 'it follows the newest template' sed -i 's/^template = .*/template = 0/' service.toml
deviates 'a probe that is missing' 'containers have the three probes' sed -i 's/livenessProbe/lifecycle/' "$deployment"
deviates 'a program that may be root' 'containers run with the least rights' sed -i 's/runAsNonRoot: true/runAsNonRoot: false/' "$deployment"
deviates 'a file system that may be written' 'containers run with the least rights' sed -i 's/readOnlyRootFilesystem: true/readOnlyRootFilesystem: false/' "$deployment"
deviates 'a limit that is missing' 'containers say what they need and may take' sed -i 's/limits:/limit:/' "$deployment"
deviates 'figures that nobody reads' 'Prometheus reads its figures' sed -i '/prometheus.io\/scrape/d' "$deployment"
deviates 'an image that is not exact' 'images are exact' sed -i 's/image: orders$/image: orders:latest/' "$deployment"
deviates 'a roll-out with a gap' 'a roll-out loses no request' sed -i 's/maxUnavailable: 0/maxUnavailable: 1/' "$deployment"
secret() { printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: mine}\n' >k8s/mine.yaml && sed -i 's/^resources:/resources:\n  - mine.yaml/' k8s/kustomization.yaml; }
deviates 'a secret in Git' 'no secret is in Git' secret
deviates 'a kustomization that is broken' 'kustomize takes k8s/' rm k8s/ingress.yaml

finish
