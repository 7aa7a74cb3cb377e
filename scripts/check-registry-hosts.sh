#!/usr/bin/env bash
# No tracked file and no commit message names the host of a package registry. The hosts are asked of
# the clients themselves, as this script cannot spell them either.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/apt.sh"
cd "$project_root"

# Prints addresses, one a line, of every client that this machine has.
addresses() {
  local index jar
  command -v apt-get >/dev/null && debian_mirror
  command -v go >/dev/null && go env GOPROXY | tr ',|' '\n'
  command -v npm >/dev/null && npm config get registry
  command -v python3 >/dev/null &&
    python3 -c 'from pip._internal.models.index import PyPI; print(PyPI.url)' 2>/dev/null
  command -v pip >/dev/null && pip config get global.index-url 2>/dev/null
  # cargo names the folder of an index after its host.
  for index in "${CARGO_HOME:-$HOME/.cargo}"/registry/index/*; do
    [ ! -d "$index" ] || basename "$index" | sed -E 's#^(.*)-[0-9a-f]+$#//\1/#'
  done
  for jar in /usr/share/maven/lib/maven-model-builder*.jar; do
    [ ! -e "$jar" ] || unzip -p "$jar" org/apache/maven/model/pom-4.0.0.xml |
      sed -nE 's#.*<url>(.*)</url>.*#\1#p'
  done
  true
}

hosts=$(addresses | sed -nE 's#^[^/]*//([^/:@]+).*#\1#p' | sort -u)
[ -n "$hosts" ] || fail "no client told its registry's host, so nothing was looked for"
found=0
while read -r host; do
  if git grep --line-number --fixed-strings --ignore-case "$host" -- . >&2; then found=1; fi
  if git log --format='%h %s%n%b' | grep --fixed-strings --ignore-case "$host" >&2; then found=1; fi
done <<<"$hosts"
[ "$found" -eq 0 ] || fail "the lines above name the host of a package registry" "name the registry in words"
printf 'no tracked file or commit message names one of %s registry hosts\n' "$(wc -l <<<"$hosts")"
