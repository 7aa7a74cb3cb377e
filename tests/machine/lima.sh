#!/usr/bin/env bash
# shellcheck disable=SC2016 # what is quoted is for other shells
# The way of macOS, shown on Linux: the scripts are told that this is macOS, and go on through Lima's own limactl.
# limactl is built here, from Lima's Go module. The machine itself starts where an image of Debian is to be had.
#
#   lima.sh                 all but the machine
#   lima.sh --boot FOLDER   and the machine, from `disk.img`, `kernel` and `initrd` in FOLDER: a Debian with cloud-init
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

version=1.2.1
boot=''
case ${1:-} in
  '') ;;
  --boot) boot=$(realpath "${2:?a folder with disk.img, kernel and initrd}") ;;
  *) fail "unknown argument '$1'" "usage: lima.sh [--boot FOLDER]" 2 ;;
esac
go=$(command -v go) || go=$(built go)/bin/go
lima=${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/tools/lima-$version

# In the module's own folder: a mirror may serve its version and not the list of all, which `go install` asks for.
make_lima() (
  export GOTOOLCHAIN=local GOFLAGS=-mod=mod
  module=$(cd "${TMPDIR:-/tmp}" && "$go" mod download -json "github.com/lima-vm/lima@v$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [ -n "$module" ] && cd "$module" &&
    "$go" build -ldflags "-X github.com/lima-vm/lima/pkg/version.Version=$version" -o "$lima/bin/limactl" ./cmd/limactl &&
    CGO_ENABLED=0 "$go" build -o "$lima/share/lima/lima-guestagent.Linux-x86_64" ./cmd/lima-guestagent &&
    cp -r templates "$lima/share/lima/" && chmod -R u+w "$lima"
)
if [ ! -e "$lima/share/lima/templates" ]; then
  printf 'building limactl %s, about three minutes\n' "$version"
  mkdir -p "$lima/share/lima"
  make_lima >"$lima/log" 2>&1 || { tail -n 5 "$lima/log" >&2; fail "limactl does not build" "the whole log is in $lima/log"; }
fi

# Lima refuses root, so nobody does it, in a home of their own; its sockets want a short path.
scratch=$(mktemp -d /tmp/gw-lima.XXXX)
trap 'person limactl delete --force groundwork >/dev/null 2>&1; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$scratch"/{home,bin,project,no-lima}
git ls-files -z --cached --others --exclude-standard | tar --null --files-from - -c | tar -C "$scratch/project" -x
cp -r "$lima" "$scratch/lima"
# What tells the scripts where they are.
printf '#!/bin/sh\ncase ${1:-} in -s | "") echo Darwin ;; *) exec /usr/bin/uname "$@" ;; esac\n' >"$scratch/bin/uname"
# Homebrew's place, where it fetches nothing.
printf '#!/bin/sh\necho "brew $*" >>"$HOME/brew"\nexit 1\n' >"$scratch/no-lima/brew"
chmod -R a+rX "$scratch" && chmod a+x "$scratch"/{bin,no-lima}/*

# shellcheck disable=SC2030,SC2031 # their own home is for them alone
# person COMMAND…: runs it as an ordinary user of a Mac.
person() {
  (
    cd "$scratch/project" || exit
    export HOME=$scratch/home USER=nobody PATH=$scratch/bin:$scratch/lima/bin:$PATH
    unset XDG_CACHE_HOME LIMA_HOME
    if [ "$(id -u)" -ne 0 ]; then exec "$@"; fi
    exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"
  )
}
[ "$(id -u)" -ne 0 ] || chown -R nobody:nogroup "$scratch"/{home,project}

. scripts/lib/lima.sh
says_where() { [ "$(where_to_run "$1")" = "$2" ]; }
holds 'Linux runs the scripts itself' says_where Linux here
holds 'macOS runs them in Lima' says_where Darwin lima
finds_ports() { [ "$(ports_of <<<'{"endpoints":[{"name":"a","url":"http://127.0.0.1:9093"},{"name":"b","url":"http://console.localhost:8080/x"},{"name":"c","url": "127.0.0.1:9092"}]}' | tr '\n' ' ')" = '8080 9092 9093 ' ]; }
holds 'the ports are those of the addresses that status tells' finds_ports

template=$scratch/project/scripts/lima/groundwork.yaml
holds 'limactl takes the template' person limactl validate "$template"
filled() { person limactl template copy --fill "$template" - >"$scratch/filled" && grep -cE "$1" "$scratch/filled" | grep -x "$2"; }
holds 'it is a Debian 12 for both processors' filled 'debian-12-genericcloud-(amd64|arm64).qcow2' 2
holds 'it has 4 GB of memory' filled '^memory: 4GiB' 1
holds 'ports of its loopback are forwarded to loopback alone' filled 'hostIP: 127.0.0.1' 1

without_lima() { PATH=$scratch/no-lima:/usr/bin:/bin person env PATH="$scratch/bin:$1:/usr/bin:/bin" scripts/setup-dev-environment.sh; }
holds 'without Lima and Homebrew set-up says what to install' answers 3 'neither Lima nor Homebrew' without_lima /nowhere
holds 'without Lima set-up asks Homebrew for it' answers 1 'Homebrew cannot install Lima' without_lima "$scratch/no-lima"
holds 'without the machine other scripts say how to make it' answers 3 'hint: scripts/setup-dev-environment.sh' person scripts/verify-environment.sh

# with_image IMAGE…: the template with another image than that of Debian's, which is not to be had everywhere. As in the
# template for that one, its kernel has no 9p.
with_image() { sed '/^base:/d' scripts/lima/groundwork.yaml && printf 'mountTypesUnsupported: [9p]\nimages:\n- arch: x86_64\n' && printf '  %s\n' "$@"; }
# What is to be seen of the machine without starting it.
makes_the_machine() {
  truncate -s 1M "$scratch/empty" && qemu-img convert -O qcow2 "$scratch/empty" "$scratch/empty.qcow2" && chmod a+r "$scratch/empty.qcow2" &&
    with_image "location: $scratch/empty.qcow2" >"$scratch/created.yaml" &&
    person bash -c '. scripts/lib/lima.sh; project_root=$PWD
      limactl create --tty=false --name groundwork --set "$(project_mount)" "$1" && [ "$(linux_state)" = Stopped ]' make "$scratch/created.yaml" &&
    [ "$(person limactl list --format '{{range .Config.Mounts}}{{.Location}} {{.Writable}}{{end}}' groundwork)" = "$scratch/project true" ]
}
holds 'the machine has the project, writable, and nothing else of this one' makes_the_machine
holds 'uninstall without --yes asks and removes nothing' answers 2 'hint: scripts/uninstall.sh --yes' person scripts/uninstall.sh
holds 'and the machine is still there' answers 0 'groundwork +Stopped' person limactl list

if [ -n "$boot" ]; then
  person limactl delete --force groundwork >/dev/null 2>&1
  # Lima takes KVM on Linux; this emulates where none runs a guest.
  printf '#!/bin/bash\nfor word; do\n  word=${word/accel=kvm/accel=tcg}\n  words+=("${word/#host/max}")\ndone\nexec qemu-system-x86_64 "${words[@]}"\n' >"$scratch/bin/qemu"
  chmod 755 "$scratch/bin/qemu"
  with_image "location: $boot/disk.img" "kernel: {location: $boot/kernel, cmdline: root=LABEL=root rw console=ttyS0}" "initrd: {location: $boot/initrd}" >"$scratch/boot.yaml"
  # Lima's agent in the machine reports ports that listen; a slow one is late, and Lima calls that degraded.
  starts() {
    person env QEMU_SYSTEM_X86_64="$scratch/bin/qemu" bash -c '. scripts/lib/lima.sh; project_root=$PWD
      limactl start --tty=false --timeout 15m --name groundwork --set "$(project_mount) | $2" "$1"; [ "$(linux_state)" = Running ]' \
      start "$scratch/boot.yaml" '.user = {"name": "mac", "uid": 2001} | .firmware.legacyBIOS = true | .cpus = 2 | .memory = "2GiB" | .disk = "4GiB"'
  }
  holds 'the machine starts' starts
  [ "$failed" -eq 0 ] || { finish; exit; }
  holds 'a command of the scripts runs there, in the same folder' answers 0 "^Linux $scratch/project" person scripts/linux.sh sh -c 'echo "$(/usr/bin/uname -s) $PWD"'
  holds 'its exit code comes back' answers 7 '' person scripts/linux.sh sh -c 'exit 7'
  holds 'variables of the project go along' answers 0 'address' person env GROUNDWORK_CACHE=address scripts/linux.sh sh -c 'echo $GROUNDWORK_CACHE'
  holds 'what it writes into the project is here' person bash -c 'scripts/linux.sh touch written && test -e written'
  holds 'uninstall removes the machine' answers 0 'removed' person scripts/uninstall.sh --yes
  holds 'and it is gone' bash -c '[ -z "$(ls "$1/home/.lima/groundwork" 2>/dev/null)" ]' gone "$scratch"
fi
finish
