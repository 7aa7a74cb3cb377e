#!/usr/bin/env bash
# Brings every source that the Nix store lacks into it, through the package registries' own clients.
#
# `nix eval --json .#sources` is the list. Only apt is asked of the host; the other clients are the
# pinned ones, built from what apt brought. What is in the store already is not asked for again, so
# an interrupted run resumes.
#
#   fetch-sources.sh              everything that is missing
#   fetch-sources.sh --update     the same, and all Go trees and jars; writes changed hashes of these and of npm modules to their lock files
#   fetch-sources.sh --for FILE   what the derivations in FILE need that are not built yet, in that order. Each line has a
#                                 name and its derivations; `ready NAME` says that all of their sources are there
#   fetch-sources.sh --flake DIR  what the service in DIR needs, a repository of its own: wheels of its poetry.lock, and
#                                 what this project brings in to build it
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/apt.sh"
. "$project_root/scripts/lib/store.sh"

update='' targets='' service=''
case "$#:${1:-}" in
  0:) ;;
  1:--update) update=1 ;;
  2:--for) targets=$(realpath "$2") ;;
  2:--flake) service=$(realpath "$2") ;;
  *) fail "unknown arguments '$*'" "usage: fetch-sources.sh [--update | --for FILE | --flake DIR]" 2 ;;
esac
command -v nix >/dev/null || fail "Nix is not installed" "run scripts/setup-dev-environment.sh"

cache="${XDG_CACHE_HOME:-$HOME/.cache}/groundwork"
work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-sources.XXXXXX")
# Go makes its module cache read-only.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The flake that lists what is wanted: this project's, or that of a service in a repository of its own.
wanted_root=$project_root wanted_flake=$flake
if [ -n "$service" ]; then
  [ -e "$service/flake.nix" ] || fail "there is no flake.nix in $service" "name the folder of a service; 'groundwork new' makes one"
  wanted_root=$(git -C "$service" rev-parse --show-toplevel 2>/dev/null) || wanted_root=$service
  wanted_flake=path:.
  [ ! -e "$wanted_root/.git" ] || wanted_flake="git+file:.?shallow=1"
  [ "$wanted_root" = "$service" ] || wanted_flake+="&dir=${service#"$wanted_root/"}"
fi

# Evaluates an output of that flake.
evaluate() {
  local output=$1
  shift
  (cd "$wanted_root" && nix eval --raw "$wanted_flake#$output" "$@")
}

# Writes the list of all sources: kind, name, path, package, version, folder, hash, derivation; tab between.
list_all() {
  evaluate sources --apply '
    sources: builtins.concatStringsSep "" (map (source: builtins.concatStringsSep "\t" [
      source.kind source.name (builtins.unsafeDiscardStringContext source.path)
      (source.package or "-") (source.version or "-") (source.folder or "-") source.hash source.derivation
    ] + "\n") sources)' >"$work/all" || fail "the flake cannot list its sources"
}

# Chooses those that the store lacks. A tree is found by its name and hash alone, so with `--update` those come in again
# whose locks may say something new.
all_missing() {
  cut -f 3 "$work/all" | xargs nix-store --check-validity --print-invalid 2>/dev/null >"$work/invalid" || true
  awk -F '\t' -v update="$update" 'NR == FNR { missing[$1]; next } $3 in missing || update && $1 ~ /^(go-vendor|go-module|maven)$/' \
    "$work/invalid" "$work/all" >"$work/missing"
}

# missing_for DERIVATION…: chooses those that these need to be built, and those of the clients that bring them in.
missing_for() {
  local derivations=("$@") known=-1
  while :; do
    plan "$work" "${derivations[@]}"
    awk -F '\t' 'NR == FNR { missing[$1]; next } $8 in missing' "$work/to-build" "$work/all" >"$work/missing"
    # A client has sources of its own, which another client brings in.
    [ "$(wc -l <"$work/missing")" -ne "$known" ] || break
    known=$(wc -l <"$work/missing")
    mapfile -t -O "${#derivations[@]}" derivations < <(
      awk -F '\t' 'NR == FNR { wanted[$1]; next } $1 in wanted { print $2 }' "$work/missing" "$work/clients")
  done
}

# Prints the missing sources of kind $1.
of_kind() { awk -F '\t' -v kind="$1" '$1 == kind' "$work/missing"; }

# Adds file or folder $1 to the store under the name $2, where the flake expects it at $3.
# A fourth argument says that it is a tree.
add() {
  local file=$1 name=$2 expected=$3 tree=${4:-} path
  [ "$(basename "$file")" = "$name" ] || { mv "$file" "$work/$name" && file="$work/$name"; }
  path=$(nix-store --add-fixed ${tree:+--recursive} sha256 "$file") ||
    fail "source '$name' cannot be added to the Nix store" "is the disk full? see the line above"
  [ "$path" = "$expected" ] && return
  return 3
}

wrong_hash() {
  fail "source '$1' is not what the lock file pins (wrong hash)" \
    "the registry or a mirror gives another file than before; if you changed the lock, see CONTRIBUTING.md"
}

fetch_debian() {
  local name path package version file
  [ -n "$(of_kind debian)$(of_kind seed)" ] || return 0
  private_apt_setup "$cache/apt"
  mkdir -p "$work/debs"
  cd "$work/debs"
  if [ -n "$(of_kind seed)" ]; then
    IFS=$'\t' read -r _ name path package version _ < <(of_kind seed)
    private_apt "$cache/apt" apt-get -qq download "$package=$version" || no_package "$package" "$version"
    dpkg-deb --extract ./*.deb seed
    mkdir -p "$work/$name/bin"
    cp seed/bin/busybox "$work/$name/bin/busybox"
    rm -rf ./*
    add "$work/$name" "$name" "$path" tree || wrong_hash "$name"
  fi
  [ -n "$(of_kind debian)" ] || return 0
  of_kind debian | awk -F '\t' '{ print $4 "=" $5 }' >../wanted
  # One call for all is fast; where it fails, one each says which.
  if ! xargs -a ../wanted env APT_CONFIG="$cache/apt/apt.conf" apt-get -qq download 2>../apt.log; then
    while IFS='=' read -r package version; do
      private_apt "$cache/apt" apt-get -qq download "$package=$version" 2>../apt.log || no_package "$package" "$version"
    done <../wanted
  fi
  while IFS=$'\t' read -r _ name path package version _; do
    # apt writes ':' in a file name as %3a.
    for file in "${package}_${version//:/%3a}"_*.deb; do
      add "$PWD/$file" "$name" "$path" || wrong_hash "$name"
    done
  done < <(of_kind debian)
}

no_package() {
  tail -n 2 "$work/apt.log" >&2 2>/dev/null || true
  fail "apt has no $1 of version $2" \
    "the mirror may be down or no longer carry it: try another DEBIAN_MIRROR, or scripts/lock-debian.sh for today's versions"
}

# Builds an output of the flake and prints its path: the pinned clients.
client() {
  (cd "$project_root" && nix build --out-link "$work/client-$1" "$flake#$1") 2>"$work/client.log" || {
    tail -n 20 "$work/client.log" >&2
    fail "the pinned client '$1' does not build"
  }
  readlink "$work/client-$1"
}

# Whether Go only found that a module lacks files which it embeds: the program's default.nix brings those.
only_lacks_embeds() {
  grep -q '^go: resolving embeds in ' "$work/go.log" && ! grep -qvE '^go: (downloading|resolving embeds in) ' "$work/go.log"
}

fetch_go() {
  local name path version folder hash go
  if [ -n "$(of_kind go-toolchain)" ]; then
    IFS=$'\t' read -r _ name path _ version _ < <(of_kind go-toolchain)
    go=$(client fetch-go-bootstrap)/bin/go
    (cd "$work" && GOFLAGS='' GOMODCACHE="$work/modules" "$go" mod download "golang.org/toolchain@$version") 2>"$work/go.log" ||
      { tail -n 3 "$work/go.log" >&2; fail "the Go module proxy has no Go distribution $version" "check the network and GOPROXY"; }
    mv "$work/modules/golang.org/toolchain@$version" "$work/$name"
    add "$work/$name" "$name" "$path" tree || wrong_hash "$name"
  fi
  [ -n "$(of_kind go-vendor)$(of_kind go-module)" ] || return 0
  go=$(client go)/bin/go
  while IFS=$'\t' read -r _ name path _ _ folder hash; do
    mkdir "$work/main"
    cp "$project_root/$folder"/go.{mod,sum} "$work/main"
    # Modules that go.mod replaces by folders of our own.
    [ ! -e "$project_root/$folder/stubs" ] || cp -r "$project_root/$folder/stubs" "$work/main"
    (cd "$work/main" && GOTOOLCHAIN=local GOFLAGS='' "$go" mod vendor -o "$work/$name") 2>"$work/go.log" ||
      only_lacks_embeds ||
      { tail -n 3 "$work/go.log" >&2; fail "the modules of $folder are not to be had" "check the network and GOPROXY; a version that is gone needs another in $folder/go.mod"; }
    rm -rf "$work/main"
    hash=$(nix hash path "$work/$name")
    if ! add "$work/$name" "$name" "$path" tree; then
      [ -n "$update" ] || wrong_hash "$name"
      printf '%s\n' "$hash" >"$project_root/$folder/vendor-hash"
    fi
    rm -rf "${work:?}/$name"
    printf '  %s\n' "$name"
  done < <(of_kind go-vendor)
  while IFS=$'\t' read -r _ name path module version folder hash; do
    (cd "$work" && GOTOOLCHAIN=local GOFLAGS='' GOMODCACHE="$work/modules" "$go" mod download "$module@$version") 2>"$work/go.log" ||
      { tail -n 3 "$work/go.log" >&2; fail "the Go module proxy has no $module $version" "check the network and GOPROXY"; }
    # A folder of the module cache cannot be moved as long as it is read-only.
    chmod u+w "$work/modules/$module@$version"
    mv "$work/modules/$module@$version" "$work/$name"
    if ! add "$work/$name" "$name" "$path" tree; then
      [ -n "$update" ] || wrong_hash "$name"
      sed -i "s#$hash#$(nix hash path "$work/$name")#" "$project_root/$folder/module.json"
    fi
    printf '  %s\n' "$name"
  done < <(of_kind go-module)
}

fetch_crates() {
  local name path folder cargo home file
  [ -n "$(of_kind crate)" ] || return 0
  cargo=$(client cc)/bin/cargo
  home=${CARGO_HOME:-$HOME/.cargo}
  while read -r folder; do
    # NB: a manifest without targets is refused, so the workspace is fetched where it is; and cargo
    # asks the rustc on the PATH, which must be its own.
    # A service's own is a whole path.
    case $folder in /*) ;; *) folder=$project_root/$folder ;; esac
    (cd "$folder" && PATH="${cargo%/*}:$PATH" "$cargo" fetch --locked --quiet) 2>"$work/cargo.log" ||
      { tail -n 5 "$work/cargo.log" >&2; fail "cargo cannot fetch the crates of $folder/Cargo.lock" "check the network and cargo's configuration"; }
  done < <(of_kind crate | cut -f 6 | sort -u)
  mkdir -p "$work/crates"
  while IFS=$'\t' read -r _ name path _; do
    for file in "$home"/registry/cache/*/"$name"; do
      [ -e "$file" ] || fail "cargo has fetched no $name" "remove $home/registry/cache and run this again"
      cp "$file" "$work/crates/$name"
      add "$work/crates/$name" "$name" "$path" || wrong_hash "$name"
      break
    done
  done < <(of_kind crate)
}

# The host's certificate authorities, where Java can read them: a company's mirror has its own.
java_trust() {
  local bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
  [ -e "$bundle" ] || fail "no certificate authorities at $bundle" "install the package ca-certificates, or set SSL_CERT_FILE"
  "$(client jdk)/bin/java" "$project_root/scripts/lib/TrustStore.java" "$bundle" "$work/trust.jks"
}

# jar_names MVN FOLDER: writes the whole name of each archive, which its file has not, to FOLDER/jars.
jar_names() {
  MAVEN_OPTS="-Djavax.net.ssl.trustStore=$work/trust.jks ${MAVEN_OPTS:-}" "$1" --batch-mode --quiet "${settings[@]}" \
    --file "$2/pom.xml" dependency:list -DoutputFile="$work/jars" >"$work/maven.log" 2>&1 || fail "Maven does not list the jars of $2/pom.xml"
  sed -nE 's/^ +([^:]+):([^:]+):jar:([^:]+):.*/\1:\2:\3/p' "$work/jars" | LC_ALL=C sort >"$2/jars"
}

fetch_maven() {
  local name path folder hash mvn settings=()
  [ -n "$(of_kind maven)" ] || return 0
  mvn=$(client fetch-maven)/bin/mvn
  java_trust
  # What the host's own Maven would obey; a person's settings are read from their home anyway.
  [ ! -e /etc/maven/settings.xml ] || settings=(--global-settings /etc/maven/settings.xml)
  while IFS=$'\t' read -r _ name path _ _ folder hash; do
    MAVEN_OPTS="-Djavax.net.ssl.trustStore=$work/trust.jks ${MAVEN_OPTS:-}" "$mvn" --batch-mode --quiet "${settings[@]}" \
      --file "$project_root/$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/$name" >"$work/maven.log" 2>&1 ||
      { grep -m 3 ERROR "$work/maven.log" >&2 || tail -n 3 "$work/maven.log" >&2; fail "the jars of $folder/pom.xml are not to be had" "check the network and Maven's settings; a version that is gone needs another in the pom.xml"; }
    hash=$(nix hash path "$work/$name")
    if ! add "$work/$name" "$name" "$path" tree; then
      [ -n "$update" ] || wrong_hash "$name"
      printf '%s\n' "$hash" >"$project_root/$folder/jars-hash"
      jar_names "$mvn" "$project_root/$folder"
    fi
    printf '  %s\n' "$name"
  done < <(of_kind maven)
}

fetch_wheels() {
  local name path package version pip
  [ -n "$(of_kind wheel)" ] || return 0
  pip=$(client fetch-pip)/bin/pip
  of_kind wheel | awk -F '\t' '{ print $4 "==" $5 }' >"$work/requirements"
  "$pip" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" --requirement "$work/requirements" >"$work/pip.log" 2>&1 ||
    { tail -n 3 "$work/pip.log" >&2; fail "PyPI has not all of the wheels" "check the network and pip's configuration"; }
  while IFS=$'\t' read -r _ name path package version _; do
    [ -e "$work/$name" ] || fail "PyPI gives another wheel of $package $version than $name" "run scripts/lock-pypi.sh for today's"
    add "$work/$name" "$name" "$path" || wrong_hash "$name"
  done < <(of_kind wheel)
}

fetch_npm() {
  local name path folder hash npm
  [ -n "$(of_kind npm)" ] || return 0
  npm=$(client node)/bin/npm
  while IFS=$'\t' read -r _ name path _ _ folder hash; do
    mkdir "$work/$name"
    cp -r "$project_root/$folder"/{package.json,package-lock.json,.npmrc,stubs} "$work/$name"
    (cd "$work/$name" && "$npm" ci --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
      { tail -n 5 "$work/npm.log" >&2; fail "npm cannot install what $folder/package-lock.json names" "check the network and npm's configuration"; }
    # Only the modules count; npm's own record of them names the registry that was asked.
    find "$work/$name" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
    rm "$work/$name/node_modules/.package-lock.json"
    hash=$(nix hash path "$work/$name")
    if ! add "$work/$name" "$name" "$path" tree; then
      [ -n "$update" ] || wrong_hash "$name"
      printf '%s\n' "$hash" >"$project_root/$folder/modules-hash"
    fi
    rm -rf "${work:?}/$name"
    printf '  %s\n' "$name"
  done < <(of_kind npm)
}

# Brings in all that was chosen, kind after kind.
fetch_missing() {
  local kind start
  for kind in debian go crates maven wheels npm; do
    start=$SECONDS
    "fetch_$kind"
    [ $((SECONDS - start)) -lt 2 ] || printf '%s: done in %s s\n' "$kind" $((SECONDS - start))
  done
}

cd "$project_root"
list_all
if [ -n "$service" ]; then
  targets="$work/targets"
  evaluate builds.wanted.service --apply 'builtins.concatStringsSep " "' >"$work/derivations" || fail "the flake cannot list what is built"
  printf '%s %s\n' "${service##*/}" "$(cat "$work/derivations")" >"$targets"
fi
if [ -n "$targets" ]; then
  cache_options=(--option substitute false)
  # shellcheck disable=SC2016 # the expressions are Nix'
  nix eval --raw "$flake#builds.clients" --apply '
    clients: builtins.concatStringsSep "" (builtins.concatMap
      (kind: map (client: "${kind}\t${client}\n") clients.${kind})
      (builtins.attrNames clients))' >"$work/clients"
  while read -r name derivations <&3; do
    # shellcheck disable=SC2086 # the derivations are words
    missing_for $derivations
    total=$(wc -l <"$work/missing")
    [ "$total" -eq 0 ] || printf 'fetching %s sources of %s\n' "$total" "$name"
    fetch_missing
    printf 'ready %s\n' "$name"
  done 3<"$targets"
  exit 0
fi
all_missing
total=$(wc -l <"$work/missing")
if [ "$total" -eq 0 ]; then
  printf 'all %s sources are in the Nix store\n' "$(wc -l <"$work/all")"
  exit 0
fi
printf 'fetching %s of %s sources\n' "$total" "$(wc -l <"$work/all")"
fetch_missing
