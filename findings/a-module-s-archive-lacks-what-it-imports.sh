#!/usr/bin/env bash
# A Go program that is on the module proxy can be built from there by whoever requires it: so one thinks. The archive of a module leaves out
# every folder that has a go.mod of its own, and a replacement by a folder counts in the program's own repository alone.
# Traefik 3.7 imports such a folder under a path that is no module anywhere: who builds it from the proxy must write that module.
#
# Seen on 2026-12-01 with Go 1.26.8:
#   v3.6.0: imports no replaced folder
#   v3.7.13: imports github.com/traefik/traefik/dynamic/ext, which is ./pkg/config/dynamic/ext and not in the archive
#
# Needs Go and a module proxy. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed -n 's/^#   //p' "$0" >"$folder/wanted"
cd "$folder"
export GOFLAGS=-modcacherw GOMODCACHE=$folder/modules GOTOOLCHAIN=local

for version in v3.6.0 v3.7.13; do
  go mod download "github.com/traefik/traefik/v3@$version"
  module=$GOMODCACHE/github.com/traefik/traefik/v3@$version
  found='imports no replaced folder'
  while read -r path place; do
    if grep --recursive --quiet --include='*.go' "\"$path\"" "$module"; then
      [ -e "$module/$place" ] && where='in the archive' || where='not in the archive'
      found="imports $path, which is $place and $where"
    fi
  done < <(sed -n -E 's|^(replace)? *([^ ]+) => (\./[^ ]+)$|\2 \3|p' "$module/go.mod")
  printf '%s: %s\n' "$version" "$found"
done | tee found

diff wanted found
