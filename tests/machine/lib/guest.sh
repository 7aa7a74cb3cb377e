# shellcheck shell=bash disable=SC2154 # run.sh and the files of machines set what is not set here
# Starts a machine in QEMU, talks to it by SSH, and ends it.
#
# Expects what a machine's file sets, `machines` (the cache), `scratch` (a folder of this run) and `logs`.

# The machine's process; empty while none runs.
machine_pid=''
# How many times slower than with KVM a machine may be: every deadline is multiplied by it.
factor=1
accelerator=()
# The second of this script at which the current step has to be over.
ends_at=0

# choose_accelerator KERNEL: KVM where it gets as far as that kernel's first line, emulation elsewhere.
# The device alone says little: it may be there and never run a guest.
choose_accelerator() {
  accelerator=(-accel kvm -cpu host) factor=1
  if [ -w /dev/kvm ]; then
    timeout --kill-after 2 15 qemu-system-x86_64 -accel kvm -cpu host -m 256 -nodefaults -display none -no-reboot \
      -kernel "$1" -append 'console=ttyS0 panic=-1' -serial "file:$scratch/kvm" </dev/null >"$scratch/kvm.log" 2>&1
    if grep -q 'Linux version' "$scratch/kvm" 2>/dev/null; then
      printf 'machines run with KVM\n'
      return
    fi
  fi
  accelerator=(-accel 'tcg,thread=multi' -cpu max) factor=8
  printf 'machines are emulated, as KVM runs no guest here; deadlines are %s times as long\n' "$factor"
}

# start_machine FOLDER IMAGE: starts it on an overlay of that image; what it writes is gone with the overlay.
start_machine() {
  debian=$1 overlay=$scratch/$name.qcow2
  rm -f "$overlay"
  qemu-img create -q -f qcow2 -F raw -b "$2" "$overlay" "$disk" && power_on
}

# power_on: starts the machine's process, which ends when the machine is powered off or begins a reboot.
# NB: an emulated machine that is reset within its process takes two to five times as long to start.
power_on() {
  local attempt
  rm -f "$scratch/pid"
  # Nobody can ask for a free port and hold it, so one that is taken is tried again.
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    qemu-system-x86_64 "${accelerator[@]}" -smp 2 -m "$memory" -nodefaults -display none -daemonize -no-reboot \
      -kernel "$debian/kernel" -initrd "$debian/initrd" \
      -append "root=/dev/vda rw console=ttyS0 net.ifnames=0 $boot_parameters" \
      -drive "file=$overlay,format=qcow2,if=virtio,cache=unsafe" \
      -netdev "user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=n0 \
      -chardev "file,id=console,path=$logs/console.log,append=on" -serial chardev:console -pidfile "$scratch/pid" && break
    printf 'port %s did not do, attempt %s\n' "$port" "$attempt"
  done
  machine_pid=$(cat "$scratch/pid" 2>/dev/null) || machine_pid=''
  [ -n "$machine_pid" ]
}

# runs: whether the machine's process is there, and is ours.
runs() {
  [ -n "$machine_pid" ] && tr '\0' '\n' <"/proc/$machine_pid/cmdline" 2>/dev/null | grep -qF "$overlay"
}

# end_machine: ends its process at once, and removes its overlay.
end_machine() {
  # An interrupted start has written it and told nobody.
  [ -n "$machine_pid" ] || machine_pid=$(cat "$scratch/pid" 2>/dev/null)
  if runs; then
    kill "$machine_pid" 2>/dev/null
    within 10 gone || kill -KILL "$machine_pid" 2>/dev/null
  fi
  machine_pid=''
  rm -f "$scratch/pid" "${overlay:-$scratch/none}"
}
gone() { ! runs; }

# within SECONDS COMMAND…: waits until the command succeeds; one that does not in time has failed.
within() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || return 1
    read -r -t 0.5 <> <(:) || true
  done
}

# as USER COMMAND…: the command's words joined, in that user's shell on the machine; its exit code and streams.
# What is not over when the step has to be ends with 124.
as() {
  local who=$1 left=$((ends_at - SECONDS))
  shift
  [ "$left" -gt 0 ] || return 124
  timeout --foreground "$left" ssh -q -F none -p "$port" -i "$debian/key" \
    -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=20 -o ServerAliveCountMax=6 \
    -o HostKeyAlias=machine -o "UserKnownHostsFile=$debian/known_host" -o StrictHostKeyChecking=yes \
    "$who@127.0.0.1" "$@"
}
# guest COMMAND…: the same, as the user whom this machine is about.
guest() { as "$user" "$@"; }

# answers_ssh: the machine has started as far as that it lets people in.
answers_ssh() {
  local ends_at=$((SECONDS + 5 * factor))
  runs || return 0
  as root true </dev/null 2>/dev/null
}
# wait_for_machine: until it answers, and where systemd runs until everything has been started.
wait_for_machine() {
  if ! within $((ends_at - SECONDS)) answers_ssh || gone; then
    printf 'it does not answer, see console.log\n'
    return 1
  fi
  [ "$init" != systemd ] || as root systemctl is-system-running --wait
}

# leave COMMAND: runs it when this connection is over. One that is cut off by its own command would hang for minutes.
leave() { as root "nohup sh -c 'sleep 1; $1' >/dev/null 2>&1 </dev/null &"; }

# reboot_machine: the machine's own reboot, until it answers again, in another boot than before.
reboot_machine() {
  local before
  before=$(as root cat /proc/sys/kernel/random/boot_id) || return
  leave reboot && within $((ends_at - SECONDS)) gone && power_on && wait_for_machine || return
  [ "$before" != "$(as root cat /proc/sys/kernel/random/boot_id)" ]
}

# power_off: the machine's own way, until its process has ended.
power_off() {
  leave poweroff && within $((ends_at - SECONDS)) gone
}
