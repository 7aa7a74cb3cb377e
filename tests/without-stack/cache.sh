#!/usr/bin/env bash
# A binary cache gives what it has, and never what its key has not signed. Publishes the built stack to a folder, and takes it
# from there into stores of its own, which it removes. Asks no network.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

scratch=$(mktemp -d /var/tmp/groundwork-cache.XXXXXX)
registry=''
cleanup() {
  [ -z "$registry" ] || kill "$registry"
  chmod -R u+w "$scratch"
  rm -rf "$scratch"
}
trap cleanup EXIT
launcher=$(nix eval --raw "$flake#groundwork.outPath" 2>/dev/null)
narinfo=$(basename "$launcher" | cut -d - -f 1).narinfo
nix-store --generate-binary-cache-key groundwork-test "$scratch/key" "$scratch/key.pub"
GROUNDWORK_CACHE_PUBLIC_KEY=$(<"$scratch/key.pub")
export GROUNDWORK_CACHE_PUBLIC_KEY

# from ADDRESS [ROOT]: the stack, on a machine where no registry answers: in the store below that folder.
from() {
  local root=${2:-$scratch/machine}
  # What is there already is not asked for again, so the last thing of all is taken away.
  NIX_REMOTE="local?root=$root" nix-store --delete "$launcher" >/dev/null 2>&1
  HOME=$root/home NIX_REMOTE="local?root=$root" GROUNDWORK_CACHE=$1 \
    GOPROXY=off npm_config_offline=true CARGO_NET_OFFLINE=true PIP_NO_INDEX=1 DEBIAN_MIRROR=file:///nowhere \
    scripts/build.sh || return
  [ -x "$root$launcher/bin/groundwork" ] || { echo "there is no $launcher" && return 1; }
}
# altered NAME: a copy of the cache whose files are links, to be altered.
altered() { cp -rl "$scratch/cache" "$scratch/$1"; }
# The file with the launcher's contents, in the cache of that name.
contents() { printf '%s/%s' "$scratch/$1" "$(sed -n 's/^URL: //p' "$scratch/$1/$narinfo")"; }

# untaken NAME: nothing comes from that copy, and Nix says why. In which words depends on the bit that is wrong.
untaken() {
  from "$scratch/$1" 2>&1 | grep -v '^  error: build of' | tee "$scratch/said" || return
  grep -q '^from the binary cache: 0 of 1 paths' "$scratch/said"
}

# spoilt NAME: gives that copy a file of its own with the launcher's contents, which can be written.
spoilt() { cp --remove-destination --no-preserve=mode "$(contents cache)" "$(contents "$1")"; }

holds 'what is built is published, with all that it needs' answers 0 '^published [0-9]+ outputs' \
  scripts/publish-cache.sh "$scratch/cache" --key "$scratch/key" --level 1 --stack
holds 'a second time nothing is new' answers 0 ' 0 were new' \
  scripts/publish-cache.sh "$scratch/cache" --key "$scratch/key" --level 1 --stack
no_compiler() { ! grep -lE '^StorePath: .*-(toolchain|cc|go|groundwork-dependencies|.*-vendor)$' "$scratch"/cache/*.narinfo; }
holds 'neither a compiler nor a source is in it' no_compiler
holds 'a key that is not the one others check with is refused' answers 1 'not the one whose public part' \
  env GROUNDWORK_CACHE_PUBLIC_KEY=other:AAAA scripts/publish-cache.sh "$scratch/cache" --key "$scratch/key" --level 1 --stack

first() { from "$scratch/cache" | tee "$scratch/said"; }
holds 'a machine with nothing takes all of it' answers 0 '^from the binary cache: ([0-9]+) of \1 paths in [0-9]+ s$' first
holds 'and is told before how much that is' grep -E '^from the binary cache .*: [0-9]+ paths, [0-9.]+ MiB download, [0-9.]+ MiB unpacked$' "$scratch/said"

altered flipped
spoilt flipped
middle=$(($(stat -c %s "$(contents flipped)") / 2))
byte=$(od -An -tu1 -j "$middle" -N 1 "$(contents flipped)")
# shellcheck disable=SC2059 # the byte is the format
printf "\\$(printf %o $((byte ^ 1)))" | dd of="$(contents flipped)" bs=1 seek="$middle" conv=notrunc status=none
holds 'a flipped bit is told, and what it spoilt is built here' answers 0 '^  error: ' untaken flipped

altered cut
spoilt cut
truncate --size "-$(($(stat -c %s "$(contents cut)") / 2))" "$(contents cut)"
holds 'what stops in the middle is told, and built here' answers 0 '^  error: ' untaken cut

altered unsigned
sed --in-place '/^Sig: /d' "$scratch/unsigned/$narinfo"
holds 'what is not signed is told, and built here' answers 0 'is not signed by any of the keys' from "$scratch/unsigned"

altered lacking
rm "$scratch/lacking/$narinfo"
holds 'what the cache lacks is built here' answers 0 'groundwork, done in' from "$scratch/lacking"

other_key() { GROUNDWORK_CACHE_PUBLIC_KEY=other:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= from "$scratch/cache" "$scratch/empty"; }
holds 'another key is trusted in nothing' answers 1 'is not signed by any of the keys' other_key
holds 'and then the sources are wanted' answers 1 'error: the sources did not all come in' other_key
no_key() { GROUNDWORK_CACHE_PUBLIC_KEY='' from "$scratch/cache"; }
holds 'without a key nothing is asked' answers 1 'no public key for the binary cache' no_key
# The stack's own registry, on this machine instead of in a pod.
place=127.0.0.1:25002
sed "s#/var/lib/registry#$scratch/registry#; s#:5000#$place#; s#:5001#127.0.0.1:25003#" components/registry/k8s/config.yml >"$scratch/config.yml"
mkdir "$scratch/registry"
OTEL_TRACES_EXPORTER=none "$(built registry)/bin/registry" serve "$scratch/config.yml" 2>"$scratch/registry.log" &
registry=$!
within 20 curl --silent --fail --output /dev/null "http://$place/v2/"
publish_to_registry() { scripts/publish-cache.sh "oci://$place/team/cache:main" --key "$scratch/key" --level 1 --stack; }
holds 'a container registry takes it, too' answers 0 '^published [0-9]+ outputs' publish_to_registry
holds 'a second time nothing is sent' answers 0 ' 0 were new' publish_to_registry
from_registry() { from "oci://$place/team/cache:main" "$scratch/other"; }
holds 'and a machine with nothing takes all of it from there' answers 0 '^from the binary cache: ([0-9]+) of \1 paths in [0-9]+ s$' from_registry
# The launcher's contents.
lost=$(sha256sum "$(contents cache)" | cut -d ' ' -f 1)
rm -r "$scratch/registry/docker/registry/v2/blobs/sha256/${lost:0:2}/$lost"
holds 'what a registry has lost is told, and built here' answers 0 '(curl: .*404|error: )' from_registry
holds 'an address without a repository is refused' answers 2 'names no repository' from oci://nowhere
holds 'a registry that is not there is told' answers 1 'there is no binary cache at' from "oci://127.0.0.1:9/team/cache"

holds 'a folder that is no cache is refused' answers 2 'is no binary cache' scripts/start-dev-environment.sh --from "$scratch"

finish
