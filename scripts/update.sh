#!/usr/bin/env bash
# Finds newer versions of what the project pins, each kind by its registry's own client, and says what each breaks.
#
# Works on a clone, so the checkout stays as it is. A kind that passes the pipeline ends as the branch `update/KIND`, and one that
# does not as well, with its last words: it is the beginning of the work.
#
#   update.sh [KIND…]     all of them unless said:
#     go        Go programs: patch releases of all modules, and the newest of golang.org/x
#     crates    Cargo.lock, as Cargo.toml allows
#     debian    Debian's packages, as the mirror has them today
#     wheels    Python programs of the checks and the shell
#     npm       the page's package-lock.json, as package.json allows
#   … --list              says what is newer, and builds nothing
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/checks.sh"

kinds=() list=''
while [ $# -gt 0 ]; do
  case $1 in
    --list) list=1 ;;
    go | crates | debian | wheels | npm) kinds+=("$1") ;;
    *) fail "unknown argument '$1'" "usage: update.sh [go | crates | debian | wheels | npm]… [--list]" 2 ;;
  esac
  shift
done
[ "${#kinds[@]}" -gt 0 ] || kinds=(go crates debian wheels npm)

work=$(mktemp -d /var/tmp/groundwork-update.XXXXXX)
# Go makes its module cache read-only.
trap 'chmod -R u+w "$work"; rm -rf "$work" "$checks_log"' EXIT
trap 'exit 130' INT TERM
clone=$work/clone
git clone --quiet --no-local "$project_root" "$clone"

# client OUTPUT: the pinned program's folder.
client() {
  (cd "$project_root" && nix build --out-link "$work/client-$1" "$flake#$1") && printf '%s/bin' "$(readlink "$work/client-$1")"
}

update_go() {
  local go file
  go=$(client go)/go
  for file in "$clone"/components/*/program/go.mod "$clone"/nix/toolchain/*/go.mod; do
    (
      cd "${file%/*}"
      export GOTOOLCHAIN=local GOFLAGS=''
      "$go" get -u=patch tool
      mapfile -t modules < <(sed -nE 's#^[[:space:]]+(golang\.org/x/[a-z0-9]+) v[0-9].*#\1@latest#p' go.mod)
      [ "${#modules[@]}" -eq 0 ] || "$go" get "${modules[@]}"
      "$go" mod tidy
    ) || return
  done
}
update_crates() {
  local cargo
  cargo=$(client cc)
  (cd "$clone" && PATH="$cargo:$PATH" cargo update)
}
update_debian() { "$clone/scripts/lock-debian.sh"; }
update_wheels() { "$clone/scripts/lock-pypi.sh"; }
update_npm() {
  local npm
  npm=$(client node)
  (cd "$clone/services/console/page" && PATH="$npm:$PATH" npm update --package-lock-only --ignore-scripts --no-audit --no-fund)
}

# What a kind changes, in a line.
told() {
  local files lines
  files=$(git -C "$clone" diff --name-only | wc -l)
  lines=$(git -C "$clone" diff --numstat | awk '{ sum += $1 } END { print sum + 0 }')
  printf '%s files, %s lines' "$files" "$lines"
}

rows=''
row() { rows+=$(printf '%-8s  %-28s  %s' "$@")$'\n'; }
for kind in "${kinds[@]}"; do
  printf '%s: looking for newer versions\n' "$kind" >&2
  git -C "$clone" checkout --quiet --force --detach origin/HEAD
  git -C "$clone" clean --quiet --force -d
  if ! "update_$kind" >"$work/$kind.log" 2>&1; then
    tail -n 5 "$work/$kind.log" | sed 's/^/    /' >&2
    row "$kind" '-' 'its client failed'
    failed=$((failed + 1))
    continue
  fi
  if git -C "$clone" diff --quiet; then
    row "$kind" '-' 'nothing is newer'
    continue
  fi
  changes=$(told)
  if [ -n "$list" ]; then
    git -C "$clone" --no-pager diff --stat >&2
    row "$kind" "$changes" 'newer'
    continue
  fi
  printf '%s: %s change; sources come in, and the pipeline runs\n' "$kind" "$changes" >&2
  git -C "$clone" add --all
  verdict=passes
  if ! { "$clone/scripts/fetch-sources.sh" --update && git -C "$clone" add --all &&
    (cd "$clone" && nix run "$flake#ci"); } >"$work/$kind.log" 2>&1; then
    tail -n 40 "$work/$kind.log" | sed 's/^/    /' >&2
    verdict='breaks something; its last words stand above'
    failed=$((failed + 1))
  fi
  git -C "$clone" -c user.name=groundwork -c user.email=update@localhost commit --quiet --all --no-verify --message "Newer versions: $kind"
  git fetch --quiet --force "$clone" "HEAD:refs/heads/update/$kind"
  row "$kind" "$changes" "$verdict; branch update/$kind"
done
printf '%-8s  %-28s  %s\n%s' KIND CHANGES VERDICT "$rows"
[ "$failed" -eq 0 ]
