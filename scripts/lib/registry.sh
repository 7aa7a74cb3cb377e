# shellcheck shell=bash
# A container registry as a place for a binary cache: the calls of OCI's distribution specification 1.1 that this takes.
# Expects common.sh. An address is oci://HOST[:PORT]/REPOSITORY[:TAG].
#
# The artefact's first layer is a tar of the cache's .narinfo files; each other layer is one file of nar/, named by its
# annotation. Every blob is named by its own SHA-256, so what the registry has is never sent again.

cache_artifact='application/vnd.groundwork.nix-cache.v1'
empty_digest=sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a

# open_registry ADDRESS FOLDER: sets registry_base, registry_tag and registry_options; FOLDER takes what curl is told.
open_registry() {
  local place=${1#oci://} host auth header
  command -v curl >/dev/null || fail "there is no curl, which asks the registry of $1" "install curl, or use a folder: --from FOLDER"
  host=${place%%/*}
  registry_repository=${place#*/}
  registry_tag=latest
  case ${registry_repository##*/} in
    *:*)
      registry_tag=${registry_repository##*:}
      registry_repository=${registry_repository%:*}
      ;;
  esac
  [[ $place =~ ^[^/]+/[^/] ]] || fail "$1 names no repository" "write oci://HOST/REPOSITORY, or oci://HOST/REPOSITORY:TAG" 2
  # As every client does: only this machine's own registry speaks without TLS.
  case $host in
    localhost | localhost:* | 127.*) registry_base=http://$host/v2/$registry_repository ;;
    *) registry_base=https://$host/v2/$registry_repository ;;
  esac
  registry_options=(--silent --show-error --fail --location --connect-timeout 10 --retry 3 --config "$2/curl")
  (umask 077 && : >"$2/curl")
  auth=$(docker_credentials "$host")
  [ -z "$auth" ] || printf 'header = "Authorization: Basic %s"\n' "$auth" >"$2/curl"
  # A registry that wants a token says where to get one.
  header=$(curl --silent --connect-timeout 10 --config "$2/curl" --head "$registry_base/manifests/$registry_tag" | tr -d '\r' |
    sed -nE 's/^www-authenticate: bearer (.*)$/\1/Ip' | head -n 1) || true
  [ -z "$header" ] || take_token "$header" "$2" "$1"
}

# The credentials of Docker's own configuration for a host, as Basic takes them; nothing where there are none.
docker_credentials() {
  local file=${DOCKER_CONFIG:-$HOME/.docker}/config.json
  [ -r "$file" ] || return 0
  # shellcheck disable=SC2016 # the expression is Nix'
  HOST=$1 FILE=$file nix eval --raw --impure --expr '
    (builtins.fromJSON (builtins.readFile (builtins.getEnv "FILE"))).auths.${builtins.getEnv "HOST"}.auth or ""' 2>/dev/null || true
}

# take_token CHALLENGE FOLDER ADDRESS: asks the service that a registry names, for reading and, with credentials, writing.
take_token() {
  local realm service scope token actions=pull
  field() { sed -nE "s/.*$1=\"([^\"]*)\".*/\1/p" <<<"$2"; }
  realm=$(field realm "$1") service=$(field service "$1")
  [ ! -s "$2/curl" ] || actions=pull,push
  scope=repository:$registry_repository:$actions
  curl --silent --fail --connect-timeout 10 --config "$2/curl" --get --data-urlencode "service=$service" --data-urlencode "scope=$scope" \
    "$realm" >"$2/token.json" || fail "the registry of $3 gives no token" "log in first: docker login, whose configuration is read"
  token=$(FILE=$2/token.json nix eval --raw --impure --expr '
    let all = builtins.fromJSON (builtins.readFile (builtins.getEnv "FILE")); in all.token or all.access_token' 2>/dev/null)
  (umask 077 && printf 'header = "Authorization: Bearer %s"\n' "$token" >"$2/curl")
}

# push_blob FILE DIGEST: what is there already is left.
push_blob() {
  local location
  ! curl "${registry_options[@]}" --head --output /dev/null "$registry_base/blobs/$2" 2>/dev/null || return 0
  location=$(curl "${registry_options[@]}" --request POST --header 'Content-Length: 0' --dump-header - --output /dev/null "$registry_base/blobs/uploads/" |
    tr -d '\r' | sed -n 's/^[Ll]ocation: //p' | tail -n 1)
  case $location in
    /*) location=${registry_base%%/v2/*}$location ;;
  esac
  case $location in
    *\?*) location+='&' ;;
    *) location+='?' ;;
  esac
  curl "${registry_options[@]}" --header 'Content-Type: application/octet-stream' --upload-file "$1" --output /dev/null "${location}digest=$2" &&
    echo "$2"
}

# push_cache FOLDER WORK: sends the cache in FOLDER, as its narinfos name it; prints each blob that was new.
push_cache() {
  local file digest size layers=''
  tar --create --file "$2/narinfos.tar" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1 --directory "$1" --exclude=./nar .
  printf '{}' >"$2/empty"
  push_blob "$2/empty" "$empty_digest" || return
  for file in "$2/narinfos.tar" "$1"/nar/*; do
    digest=sha256:$(sha256sum "$file" | cut -d ' ' -f 1)
    size=$(stat --format %s "$file")
    push_blob "$file" "$digest" || return
    layers+="${layers:+,}{\"mediaType\":\"application/octet-stream\",\"digest\":\"$digest\",\"size\":$size,\"annotations\":{\"org.opencontainers.image.title\":\"${file##*/}\"}}"
  done
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},"layers":[%s]}' \
    "$cache_artifact" "$empty_digest" "$layers" >"$2/manifest"
  curl "${registry_options[@]}" --header 'Content-Type: application/vnd.oci.image.manifest.v1+json' --upload-file "$2/manifest" \
    --output /dev/null "$registry_base/manifests/$registry_tag"
}

# pull_cache FOLDER ADDRESS: makes FOLDER a binary cache that lists what the registry has; pull_contents brings the rest in.
# Nix itself checks it all: lists by their signatures, contents by the hashes in them.
pull_cache() {
  local digest
  mkdir -p "$1/nar"
  curl "${registry_options[@]}" --header 'Accept: application/vnd.oci.image.manifest.v1+json' --output "$1/manifest" \
    "$registry_base/manifests/$registry_tag" || fail "there is no binary cache at $2" "is the address right, and does this machine reach it?"
  # shellcheck disable=SC2016 # the expression is Nix'
  FILE=$1/manifest nix eval --raw --impure --expr '
    builtins.concatStringsSep "" (map (layer: "${layer.digest} ${layer.annotations."org.opencontainers.image.title"}\n")
      (builtins.fromJSON (builtins.readFile (builtins.getEnv "FILE"))).layers)' >"$1/layers" 2>/dev/null ||
    fail "what is at $2 is no binary cache of ours" "scripts/publish-cache.sh makes one"
  digest=$(awk '$2 == "narinfos.tar" { print $1 }' "$1/layers")
  curl "${registry_options[@]}" "$registry_base/blobs/$digest" | tar --extract --directory "$1" || fail "the registry does not give the list of $2" "run this again"
}

# pull_contents FOLDER PATH…: brings in the contents of these store paths, four at a time.
pull_contents() {
  local folder=$1 path
  shift
  for path in "$@"; do
    path=${path#/nix/store/}
    sed -n 's#^URL: nar/##p' "$folder/${path%%-*}.narinfo"
  done | sort -u | awk -v base="$registry_base" -v folder="$folder" '
    NR == FNR { digest[$2] = $1; next }
    { printf "url = \"%s/blobs/%s\"\noutput = \"%s/nar/%s\"\n", base, digest[$1], folder, $1 }' "$folder/layers" - >"$folder/contents"
  # What did not come is lacking for Nix then.
  curl "${registry_options[@]}" --parallel --parallel-max 4 --config "$folder/contents" ||
    printf 'error: the registry did not give all of it\n' >&2
}
