#!/usr/bin/env bash
# Bills of materials compared with advisories: what is known is found in each ecosystem, and what was not checked is not clean.
# Expects what `scripts/build.sh --tests` makes.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

bills=$(built bills)
PATH=$(built groundwork-bom)/bin:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
advisories=$scratch/advisories
today=$(date +%F)

# plant ECOSYSTEM NAME VERSIONS DAY: its advisories are one, about these versions.
plant() {
  mkdir -p "$advisories/$1/records"
  printf '{"id": "PLANTED-1", "summary": "planted", "affected": [{"package": {"ecosystem": "%s", "name": "%s"}, %s}]}\n' \
    "$1" "$2" "$3" >"$advisories/$1/records/planted.json"
  printf '%s\n' "$4" >"$advisories/$1/as-of"
}
# first TYPE: the package URL of a part that is in an image now, with its signs as they are.
first() {
  local url
  url=$(sed -nE "s#^ *\"purl\": \"(pkg:$1/[^\"]+@[^\"]+)\".*#\1#p" "$bills"/*.cdx.json | head -n 1)
  printf '%b\n' "${url//%/\\x}"
}
scan() { scripts/scan.sh "$bills" --advisories "$advisories" "$@"; }
# all FORM: each ecosystem has an advisory, of today, in which FORM makes the versions of a part's own.
all() {
  local ecosystem type url name version
  while read -r ecosystem type; do
    url=$(first "$type")
    version=${url##*@}
    name=${url#"pkg:$type/"}
    name=${name%@*}
    case $type in
      deb) name=${name#debian/} ;;
      maven) name=${name%/*}:${name##*/} ;;
    esac
    plant "$ecosystem" "$name" "$("$1" "$version")" "$today"
  done <<'END'
crates.io cargo
bookworm-security deb
Go golang
Maven maven
npm npm
PyPI pypi
END
}
own() { printf '"versions": ["%s"]' "$1"; }
other() { printf '"versions": ["%s-other"]' "$1"; }

all own
holds 'what is known fails' answers 1 '^ECOSYSTEM' scan
for ecosystem in crates.io bookworm-security Go Maven npm PyPI; do
  holds "a version that is known is found: $ecosystem" answers 1 "^$ecosystem +[0-9]+ +$today +1 known" scan
done
holds 'in a pipeline as well' answers 1 "^Go +[0-9]+ +$today +1 known" scan --allow-unchecked
holds 'with its part and its images' answers 1 "\(in .*node" scan
all other
holds 'another version is none, and all of it is clean' answers 0 "^PyPI +[0-9]+ +$today +clean" scan
plant Go example.org/none '"versions": []' "$(date --date '8 days ago' +%F)"
holds 'what is eight days old is not checked' answers 3 '^Go +[0-9]+ +[0-9-]+ +not checked: its advisories are older than 7 days' scan
rm -r "$advisories/npm"
holds 'and what is not there' answers 3 '^npm +[0-9]+ +- +not checked: no advisories' scan
holds 'a pipeline goes on, and says so' answers 0 '^npm +[0-9]+ +- +not checked: no advisories' scan --allow-unchecked
holds 'a program reads the same' answers 3 '"not_checked": "no advisories"' scan --json
holds 'a folder without bills is refused' answers 2 'nix run .#scan' scripts/scan.sh "$scratch/none"
holds 'and a folder without advisories' answers 2 'there are no advisories in' scripts/scan.sh "$bills" --advisories "$scratch/none"
echo '{' >"$advisories/Maven/records/planted.json"
holds 'an advisory that is none is told by its name' answers 2 'Maven/records/planted.json' scan

finish
