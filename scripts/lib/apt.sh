# shellcheck shell=bash
# A private apt: the host's own mirror, one suite's main alone, an empty package state.
# It never reads or changes what the host has installed.

# Prints the address of the mirror that this machine uses for Debian's archive with label $1: Debian if unset, or Debian-Security.
debian_mirror() {
  local label=${1:-Debian} given=DEBIAN_MIRROR
  [ "$label" = Debian ] || given=DEBIAN_SECURITY_MIRROR
  if [ -n "${!given:-}" ]; then
    printf '%s\n' "${!given}"
    return
  fi
  # shellcheck disable=SC2016 # the fields are apt's
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v label="$label" '$1 == "Debian" && $2 == label { print $3; exit }'
}

# Makes the private apt in folder $1 for suite $2, bookworm if unset, and architecture $3, amd64 if unset. Fetches its
# package lists once a day.
private_apt_setup() {
  local root=$1 suite=${2:-bookworm} architecture=${3:-amd64} mirror keyring
  command -v apt-get >/dev/null || fail "no apt-get on this machine" \
    "Debian packages come in through apt: install apt and Debian's archive keyring, and set DEBIAN_MIRROR"
  case $suite in
    *-security) mirror=$(debian_mirror Debian-Security) ;;
    *) mirror=$(debian_mirror) ;;
  esac
  [ -n "$mirror" ] || fail "cannot tell which Debian mirror to use" \
    "set DEBIAN_MIRROR, or for $suite DEBIAN_SECURITY_MIRROR, to the address of one (the folder that holds 'dists')"
  keyring=${DEBIAN_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
  [ -e "$keyring" ] || fail "no Debian archive keyring at $keyring" \
    "install the package debian-archive-keyring, or set DEBIAN_KEYRING"
  mkdir -p "$root"/{lists/partial,archives/partial,etc/apt.conf.d,etc/preferences.d,state}
  : >"$root/state/status"
  printf 'deb [arch=%s signed-by=%s] %s %s main\n' "$architecture" "$keyring" "$mirror" "$suite" >"$root/sources.list"
  cat >"$root/apt.conf" <<EOF
Dir::Etc "$root/etc";
Dir::Etc::SourceList "$root/sources.list";
Dir::Etc::SourceParts "$root/etc/none";
Dir::State "$root/state";
Dir::State::Status "$root/state/status";
Dir::State::Lists "$root/lists";
Dir::Cache "$root";
Dir::Cache::Archives "$root/archives";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
EOF
  if ! find "$root/lists" -maxdepth 1 -name '*_Packages*' -mmin -1440 | grep . >/dev/null; then
    private_apt "$root" apt-get -qq update ||
      fail "apt cannot read the package lists of $suite from the mirror" \
        "check the network, or set DEBIAN_MIRROR to a mirror that this machine reaches"
  fi
}

# Runs an apt command in the private apt of folder $1.
private_apt() {
  local root=$1
  shift
  APT_CONFIG="$root/apt.conf" "$@"
}
