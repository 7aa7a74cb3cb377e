# shellcheck shell=bash disable=SC2034,SC2154 # run.sh and the files of machines set what is not set here
# Runs a machine in user mode: Linux as an ordinary process, whose programs run at the host's own speed.
# Where KVM runs no guest it is about eight times as fast as emulation; the kernel is not the distribution's.

user_mode_config=$project_root/tests/machine/lib/user-mode.config

# user_mode_prepare: sets `user_mode_kernel`, and makes that of Debian's newest source first if need be.
user_mode_prepare() {
  local folder
  folder=$machines/linux-user-mode-$( (declare -f make_user_mode_kernel && cat "$user_mode_config") | sha256sum | head -c 12)
  user_mode_kernel=$folder/kernel
  [ ! -e "$user_mode_kernel" ] || return 0
  printf 'making a kernel that runs as a process, about six minutes\n'
  rm -rf "$machines"/linux-user-mode-*
  mkdir -p "$folder/apt"
  make_user_mode_kernel "$folder" >"$folder/log" 2>&1 || {
    tail -n 15 "$folder/log" >&2
    fail "the kernel could not be made" "the whole log is in $folder/log"
  }
}

# make_user_mode_kernel FOLDER: does the work. One step that fails ends it.
make_user_mode_kernel() (
  cd "$1" && private_apt_setup "$1/apt" trixie-backports &&
    source=$(private_apt "$1/apt" apt-cache depends linux-source | awk '$1 == "Depends:" { print $2; exit }') &&
    private_apt "$1/apt" apt-get -qq download "$source" &&
    dpkg-deb --fsys-tarfile "$source"_*.deb | tar -xO "./usr/src/$source.tar.xz" | tar -xJ &&
    cd "$source" &&
    # The kubelet's cAdvisor starts on no processor whose clock rate it cannot read.
    sed -i '/seq_printf(m, "model name/a seq_printf(m, "cpu MHz\\t\\t: 1000.000\\n");' arch/um/kernel/um_arch.c &&
    grep 'cpu MHz' arch/um/kernel/um_arch.c &&
    make -s ARCH=um defconfig && scripts/kconfig/merge_config.sh -m .config "$user_mode_config" &&
    make -s ARCH=um olddefconfig && has_settings .config "$user_mode_config" &&
    make -s ARCH=um -j "$(nproc)" linux && mv linux "$1/kernel" && cd "$1" && rm -rf "$source" "$source"_*.deb apt
)

# has_settings CONFIG WANTED: whether all of them were taken. A name that this source does not know is dropped silently.
has_settings() {
  local line
  while read -r line; do
    case $line in
      '#'*) ;;
      *=n) ! grep -x "${line%n}y" "$1" || return ;;
      *) grep -qx "$line" "$1" || { printf 'the kernel does not take %s\n' "$line" && return 1; } ;;
    esac
  done <"$2"
}

# user_mode_disk IMAGE: a copy of it, as large as the machine's disk.
user_mode_disk() { cp --sparse=always "$1" "$own_disk" && truncate -s "$disk" "$own_disk"; }

# user_mode_beside COMMAND…: runs it where it reaches the machine, and as who owns it.
user_mode_beside() { as_root nsenter --net="/proc/$machine_pid/ns/net" "$@"; }

# user_mode_power_on: starts the machine's process in a network namespace of its own, with one cable to it.
# It ends when the machine is powered off or begins a reboot.
user_mode_power_on() {
  # The machine's end of the cable takes no more than a frame at once, and drops what the host would rather cut up later.
  # One processor: the threads of a process take turns in user mode, and on a second one they would wait for theirs.
  # shellcheck disable=SC2016,SC2086 # the words are the inner shell's; the parameters are several
  as_root env TMPDIR=/dev/shm PATH="$PATH:/usr/sbin:/sbin" setsid unshare --net sh -c '
    ip link add host type veth peer machine && ip link set machine up &&
      ip addr add 10.0.2.2/24 dev host && ip link set host up gso_max_segs 1 || exit
    echo $$ >"$0" && exec "$@"' "$scratch/pid" \
    "$user_mode_kernel" "uml_dir=$scratch" "ubd0=$own_disk" root=/dev/ubda rw "mem=${memory}M" ncpus=1 seccomp=on noreboot \
    vec0:transport=raw,ifname=machine,depth=128 con=null con0=null,fd:1 net.ifnames=0 $boot_parameters \
    </dev/null >>"$logs/console.log" 2>&1 &
  address=(-o Hostname=10.0.2.15)
  within 10 test -s "$scratch/pid"
}
