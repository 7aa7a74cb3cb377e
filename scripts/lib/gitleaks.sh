# shellcheck shell=bash
# Where the hooks find gitleaks: through a link in the clone's Git folder to the pinned one in the Nix store.
# So it works outside `nix develop` and without a network, and the link keeps it from Nix' garbage collector.

# Prints the place of that link. It carries the version: a changed pin is not looked for under the old name.
gitleaks_link() {
  local version
  # shellcheck disable=SC2154 # common.sh sets it
  version=$(sed -nE 's#^[[:space:]]*github\.com/zricethezav/gitleaks/v8 v([^ ]+).*#\1#p' "$project_root/nix/toolchain/gitleaks/go.mod")
  printf '%s/groundwork/gitleaks-%s\n' "$(git rev-parse --path-format=absolute --git-common-dir)" "$version"
}

# Prints the path of gitleaks; builds it first where this clone has no link yet.
gitleaks_program() {
  local link log
  link=$(gitleaks_link)
  if [ ! -x "$link/bin/gitleaks" ]; then
    printf 'gitleaks: building it or finding it in the Nix store, once for this clone\n' >&2
    mkdir -p "${link%/*}"
    log="${link%/*}/build.log"
    (
      # NB: Git's variables of a commit under way would show Nix the index of that commit.
      # shellcheck disable=SC2046 # the names are words
      unset $(git rev-parse --local-env-vars)
      # shellcheck disable=SC2154 # common.sh sets it
      cd "$project_root" && nix build --out-link "$link" "$flake#gitleaks"
    ) >"$log" 2>&1 || {
      tail -n 5 "$log" >&2
      fail "gitleaks does not build, so nothing can be looked through" "run scripts/start-dev-environment.sh, or scripts/fetch-sources.sh if a source is missing"
    }
  fi
  printf '%s/bin/gitleaks\n' "$link"
}
