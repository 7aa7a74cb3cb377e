# shellcheck shell=bash disable=SC2154 # common.sh sets project_root
# On macOS every script goes on in a small Linux, a virtual machine of Lima's: the same commands, in the same folder.
#
# Expects common.sh. NB: macOS has Bash 3.2.

lima_instance=groundwork

# where_to_run KERNEL: `here` or `lima`, by what `uname -s` says.
where_to_run() {
  case $1 in
    Darwin) echo lima ;;
    *) echo here ;;
  esac
}

# enter_linux SCRIPT [ARGUMENT…]: runs this script there and ends with its exit code.
enter_linux() {
  local name code=0
  name=$(basename "$1")
  shift
  case $name in
    uninstall.sh)
      leave_linux "$@"
      exit
      ;;
    setup-dev-environment.sh | start-dev-environment.sh) make_linux ;;
    *) start_linux ;;
  esac
  in_linux "$(cd "$(dirname "$0")" && pwd)/$name" "$@" || code=$?
  case "$name $*" in
    start-dev-environment.sh* | linux.sh*up* | linux.sh*deploy*) forward_ports || true ;;
  esac
  exit "$code"
}

# in_linux COMMAND…: runs it there, in the folder in which this is, with the variables that the project and Git go by.
# Of this machine's folders only the project is there.
in_linux() {
  local variable variables=() folder=$PWD
  case $folder/ in "$project_root"/*) ;; *) folder=$project_root ;; esac
  while IFS= read -r variable; do
    variables[${#variables[@]}]=$variable
  done < <(env | grep -E '^(GROUNDWORK_|GIT_|DEBIAN_|GOPROXY=|CI=)')
  limactl shell --workdir "$folder" "$lima_instance" env ${variables[@]+"${variables[@]}"} "$@"
}

# linux_state: `Running`, `Stopped` or another word of Lima's; nothing where there is no such machine.
linux_state() { limactl list --format '{{if eq .Name "'"$lima_instance"'"}}{{.Status}}{{end}}' 2>/dev/null | grep . || true; }

start_linux() {
  command -v limactl >/dev/null || fail "there is no Lima, which runs Linux on macOS" "scripts/setup-dev-environment.sh" 3
  case $(linux_state) in
    Running) ;;
    '') fail "there is no Linux for Groundwork yet" "scripts/setup-dev-environment.sh" 3 ;;
    *) limactl start --tty=false "$lima_instance" || fail "the Linux '$lima_instance' does not start" "limactl start $lima_instance" ;;
  esac
}

# make_linux: installs Lima and makes the machine, where they are not there.
make_linux() {
  case $(uname -m) in
    x86_64) ;;
    *) fail "this Mac's processor is $(uname -m), and Groundwork's programs are built for x86_64 so far" "use a Mac with an Intel processor, or a Linux on x86_64" 3 ;;
  esac
  if ! command -v limactl >/dev/null; then
    command -v brew >/dev/null || fail "there is neither Lima nor Homebrew" "install one of them, then run this again" 3
    printf 'installing Lima with Homebrew\n'
    brew install --quiet lima || fail "Homebrew cannot install Lima" "see its message above"
    # So that uninstall.sh takes it away again.
    mkdir -p "$HOME/.cache/groundwork" && : >"$HOME/.cache/groundwork/lima-came"
  fi
  if [ -z "$(linux_state)" ]; then
    printf 'making a Linux of 4 GB with Lima, about two minutes\n'
    limactl start --tty=false --name "$lima_instance" --set "$(project_mount)" "$project_root/scripts/lima/groundwork.yaml" ||
      fail "Lima cannot make the machine '$lima_instance'" "limactl delete --force $lima_instance, then run this again"
  fi
  start_linux
}

# project_mount: the setting that mounts this project writable, at the place that it has here.
project_mount() { printf '.mounts = [{"location": "%s", "writable": true}]' "${project_root//\"/\\\"}"; }

# forward_ports: makes the addresses of the running stack answer on this machine's loopback. A port that is already
# forwarded is refused by SSH, and stays as it is.
forward_ports() {
  local port config
  config=$(limactl list --format '{{.SSHConfigFile}}' "$lima_instance")
  for port in $(in_linux nix run "$flake#status" -- --json 2>/dev/null | ports_of); do
    ssh -F "$config" -O forward -L "127.0.0.1:$port:127.0.0.1:$port" "lima-$lima_instance" 2>/dev/null || true
  done
}

# ports_of: the ports of the addresses in the answer of `status --json`.
ports_of() { grep -oE '"url": *"[^"]*:[0-9]+' | grep -oE '[0-9]+$' | sort -un; }

# leave_linux [--yes]: removes the machine with all that is in it, what the scripts put into this clone, and Lima if it
# came with setup.
leave_linux() {
  local came=$HOME/.cache/groundwork/lima-came answer=${1:-}
  if [ "$answer" != --yes ]; then
    printf 'the virtual machine %s of Lima, with the stack and its data\nthe Git hooks of this clone\n' "$lima_instance"
    [ ! -e "$came" ] || echo 'Lima, by Homebrew'
    [ -t 0 ] || fail "this removes all of that, and there is nobody to ask" "scripts/uninstall.sh --yes" 2
    read -r -p 'This removes all of that. Type yes to go on: ' answer
    [ "$answer" = yes ] || fail "nothing was removed"
  fi
  # The one script that runs on macOS itself: the clone is here, and the machine may not start any more.
  GROUNDWORK_STAY=1 "$project_root/scripts/install-git-hooks.sh" --remove
  if command -v limactl >/dev/null && [ -n "$(linux_state)" ]; then
    limactl delete --force "$lima_instance" || fail "the machine '$lima_instance' is not removed" "limactl delete --force $lima_instance"
  fi
  [ ! -e "$came" ] || brew uninstall lima
  rm -rf "${came%/*}"
  echo 'removed; this clone is yours to keep or delete'
}
