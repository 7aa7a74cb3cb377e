#!/usr/bin/env bash
# What a release consists of: made at a tag, complete, signed, and compared with another builder's. Needs no running stack.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

groundwork=$(built groundwork)/bin/groundwork
version=$("$groundwork" --version)
tag=v${version##* }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
project=$scratch/project
git clone --quiet --no-tags . "$project"
in_project() { git -C "$project" -c user.name=groundwork -c user.email=test@localhost "$@"; }
in_project tag v0.0.0-before
in_project commit --quiet --allow-empty --message 'One thing is another'
"$groundwork" image generate-key "$scratch/key" >/dev/null

# release DIR ARGUMENTS…: in the scratch folder.
release() { "$groundwork" release "$scratch/$1" --checkout "$project" --key "$scratch/key" "${@:2}"; }
holds 'what has no tag is no release' answers 2 'has no tag' release none
in_project tag v0.0.0-wrong
holds 'a tag is named after the version' answers 2 "the launcher at v0.0.0-wrong is version ${tag#v}" release wrong
in_project tag --delete v0.0.0-wrong >/dev/null
in_project tag "$tag"
holds 'a release is made at its tag' answers 0 "^$tag: " release one
complete() { (cd "$scratch/one" && sha256sum --check --strict --quiet SHA256SUMS && [ "$(wc -l <SHA256SUMS)" -eq "$(find . -type f ! -name 'SHA256SUMS*' | wc -l)" ]); }
holds 'its sums are those of all its files' complete
has() {
  local file
  for file in notes.md images.json hashes.json provenance.json groundwork.cdx.json hello.spdx.json SHA256SUMS.sig; do
    [ -s "$scratch/one/$file" ] || { echo "no $file"; return 1; }
  done
}
holds 'it has notes, digests, bills, provenance and a signature' has
is_signed() { base64 --decode "$scratch/one/SHA256SUMS.sig" | openssl dgst -sha256 -verify "$scratch/key.pub" -signature /dev/stdin "$1"; }
holds 'which verifies the sums' is_signed "$scratch/one/SHA256SUMS"
holds 'and nothing else' answers 1 'Verification failure' is_signed "$scratch/one/notes.md"
holds 'the notes name what has changed' answers 0 '^- One thing is another$' cat "$scratch/one/notes.md"
holds 'and no more than that' answers 1 '^0$' grep -cF -- "- $(in_project log -1 --skip 1 --format=%s)" "$scratch/one/notes.md"
digest=$(cat "$(built image-hello)/digest")
holds 'and each image by the digest that Nix built' grep -F "| hello | \`$digest\` |" "$scratch/one/notes.md"
holds 'another builder with the same is told' release two --compare "$scratch/one/hashes.json"
holds 'and of how many' grep -E '^- Another builder: ([1-9][0-9]*) of \1 are bit-identical\.$' "$scratch/two/notes.md"
sed '2s/sha256-.../sha256-000/' "$scratch/one/hashes.json" >"$scratch/other.json"
holds 'one with something else is told, and fails' answers 1 'another builder has built something else' release three --compare "$scratch/other.json"
holds 'with its name' grep -E '^  - differs: `/nix/store/' "$scratch/three/notes.md"
echo '{}' >"$scratch/nothing.json"
holds 'one that has built nothing proves nothing' answers 1 'another builder has built something else' release four --compare "$scratch/nothing.json"
holds 'a release is never written over' answers 2 'cannot make the folder' release one
holds 'the launcher runs by its tag' answers 0 "^groundwork ${tag#v}$" nix run "git+file://$project?ref=refs/tags/$tag#default" -- --version
touch "$project/more"
holds 'what is in no commit is in no release' answers 2 "has more than $tag" release five

finish
