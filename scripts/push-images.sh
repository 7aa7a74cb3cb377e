#!/usr/bin/env bash
# Pushes images to a container registry: of each what that lacks, by digest, and then the image under its name and the commit's.
# What the registry has in the end is bit by bit what Nix built: the digest that it answers is compared.
#
#   push-images.sh REGISTRY                        the stack's; REGISTRY is HOST[:PORT]/PATH, with the logins of Docker's
#                                                  own configuration
#   push-images.sh --image LAYOUT NAME REGISTRY    the image in that OCI layout, of the repository in this folder
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/registry.sh"

usage='usage: push-images.sh [--image LAYOUT NAME] HOST[:PORT]/PATH'
layout='' name='' repository=$project_root
if [ "${1:-}" = --image ]; then
  [ "$#" -ge 3 ] || fail '--image wants a layout and a name' "$usage" 2
  layout=$2 name=$3 repository=$PWD
  [ -r "$layout/digest" ] || fail "$layout is no image that Nix has built" "name an output such as .#image" 2
  shift 3
fi
registry=${1:-}
[ "$#" -le 1 ] || fail "'$2' is one too many" "$usage" 2
[[ $registry =~ ^[^/]+/[^/] ]] || fail "'$registry' is no place in a registry" "$usage" 2
tag=$(git -C "$repository" rev-parse --short=12 HEAD 2>/dev/null) || fail "there is no commit in $repository to name images after" "git commit"
work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-push.XXXXXX")
trap 'rm -rf "$work"' EXIT

# json EXPRESSION FILE: what a function of Nix makes of a JSON file.
json() {
  FILE=$2 nix eval --raw --impure --expr "let all = builtins.fromJSON (builtins.readFile (builtins.getEnv \"FILE\")); in $1" 2>/dev/null
}

# blob DIGEST: its file in the layout.
blob() { printf '%s/blobs/sha256/%s' "$layout" "${1#sha256:}"; }

if [ -n "$layout" ]; then
  printf '%s %s %s\n' "$name" "$(cat "$layout/digest")" "$layout" >"$work/images"
else
  stack=$(cd "$project_root" && nix build --no-link --json "$flake#stack" | sed -nE 's/.*"out": *"([^"]+)".*/\1/p')
  # shellcheck disable=SC2016 # the expression is Nix'
  json 'builtins.concatStringsSep "" (map (it: "${it.image.name} ${it.image.digest} ${it.image.layout}\n")
    (builtins.filter (it: it.image != null) all.components))' "$stack/stack.json" >"$work/images"
fi
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
printf 'images: %s, new blobs: %s\n' "$pushed" "$(wc -l <"$work/new")"
