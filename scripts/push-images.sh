#!/usr/bin/env bash
# Pushes the stack's images to a container registry: of each what that lacks, by digest, and then the image under its name.
# What the registry has in the end is bit by bit what Nix built: the digest that it answers is compared.
#
#   push-images.sh REGISTRY          HOST[:PORT]/PATH; the logins of Docker's own configuration are read
#   push-images.sh REGISTRY TAG      under that tag instead of the commit's
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/registry.sh"
cd "$project_root"

usage='usage: push-images.sh HOST[:PORT]/PATH [TAG]'
registry=${1:-} tag=${2:-}
[ "$#" -le 2 ] || fail "'$3' is one too many" "$usage" 2
[[ $registry =~ ^[^/]+/[^/] ]] || fail "'$registry' is no place in a registry" "$usage" 2
[ -n "$tag" ] || tag=$(git rev-parse --short=12 HEAD) || fail 'there is no commit to name the images after' "name a tag: $usage" 2
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]] || fail "'$tag' is no tag" "letters, digits and ._-" 2
work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-push.XXXXXX")
trap 'rm -rf "$work"' EXIT

# json EXPRESSION FILE: what a function of Nix makes of a JSON file.
json() {
  FILE=$2 nix eval --raw --impure --expr "let all = builtins.fromJSON (builtins.readFile (builtins.getEnv \"FILE\")); in $1" 2>/dev/null
}

# blob DIGEST: its file in the layout.
blob() { printf '%s/blobs/sha256/%s' "$layout" "${1#sha256:}"; }

stack=$(nix build --no-link --json "$flake#stack" | sed -nE 's/.*"out": *"([^"]+)".*/\1/p')
# shellcheck disable=SC2016 # the expression is Nix'
json 'builtins.concatStringsSep "" (map (it: "${it.image.name} ${it.image.digest} ${it.image.layout}\n")
  (builtins.filter (it: it.image != null) all.components))' "$stack/stack.json" >"$work/images"
pushed=0
while read -r name digest layout; do
  open_registry "oci://$registry/$name:$tag" "$work"
  manifest=$(blob "$digest")
  type=$(json 'all.mediaType' "$manifest")
  json 'builtins.concatStringsSep "\n" (map (it: it.digest) ([all.config] ++ all.layers)) + "\n"' "$manifest" >"$work/blobs"
  while read -r part; do
    push_blob "$(blob "$part")" "$part" >>"$work/new" || fail "the registry does not take a part of $name" 'is it a registry, and does your login allow it?'
  done <"$work/blobs"
  for place in "$digest" "$tag"; do
    curl "${registry_options[@]}" --header "Content-Type: $type" --upload-file "$manifest" --dump-header "$work/answer" --output /dev/null \
      "$registry_base/manifests/$place" || fail "the registry does not take $name" 'is it a registry, and does your login allow it?'
  done
  answered=$(tr -d '\r' <"$work/answer" | sed -nE 's/^docker-content-digest: //Ip' | tail -n 1)
  [ -z "$answered" ] || [ "$answered" = "$digest" ] || fail "the registry has $name as $answered and not as $digest" 'what was sent was changed on its way'
  printf '%s/%s:%s@%s\n' "$registry" "$name" "$tag" "$digest"
  pushed=$((pushed + 1))
done <"$work/images"
touch "$work/new"
printf '%s images, %s new blobs\n' "$pushed" "$(wc -l <"$work/new")"
