# shellcheck shell=bash disable=SC2154 # run.sh and the files of machines set what is not set here
# Starts a machine, talks to it by SSH, and ends it.
#
# Expects what a machine's file sets, `machines` (the cache), `scratch` (a folder of this run) and `logs`.

# The machine's process; empty while none runs.
machine_pid=''
# How the machines run: `kvm` and `emulation` with the distribution's kernel in QEMU, `user-mode` with one of Linux' own.
way=''
# What begins the names of that way's functions: `qemu` or `user_mode`.
driver=''
# How many times slower than with KVM a machine may be: every deadline is multiplied by it.
factor=''
# The options of the SSH client that say where it is.
address=()
# The second of this script at which the current step has to be over.
ends_at=0

# choose_way KERNEL: KVM where it gets as far as that kernel's first line, user mode elsewhere; or the one asked for.
choose_way() {
  case $way in
    '') if kvm_runs "$1"; then way=kvm; else way=user-mode; fi ;;
    kvm) kvm_runs "$1" || fail "KVM runs no guest here" "leave --way out, or take --way user-mode or emulation" ;;
  esac
  case $way in
    kvm) driver=qemu factor=1 ;;
    user-mode) driver=user_mode factor=4 ;;
    emulation) driver=qemu factor=8 ;;
  esac
  printf 'machines run by %s, deadlines are %s times as long\n' "$way" "$factor"
  "${driver}_prepare"
}

# start_machine FOLDER IMAGE: starts it on a disk of its own; what it writes is gone with that.
start_machine() {
  debian=$1 own_disk=$scratch/$name.disk
  rm -f "$own_disk"
  "${driver}_disk" "$2" && power_on
}

# power_on: starts the machine's process, which ends when the machine is powered off or begins a reboot.
power_on() {
  rm -f "$scratch/pid"
  "${driver}_power_on"
  machine_pid=$(cat "$scratch/pid" 2>/dev/null) || machine_pid=''
  [ -n "$machine_pid" ]
}

# runs: whether the machine's process is there, and is ours.
runs() {
  [ -n "$machine_pid" ] && grep -qzF "$own_disk" "/proc/$machine_pid/cmdline" 2>/dev/null
}

# end_machine: ends its process at once, and removes its disk.
end_machine() {
  # An interrupted start has written it and told nobody.
  [ -n "$machine_pid" ] || machine_pid=$(cat "$scratch/pid" 2>/dev/null)
  if runs; then
    "${driver}_beside" kill "$machine_pid" 2>/dev/null
    within 10 gone || "${driver}_beside" kill -KILL "$machine_pid" 2>/dev/null
  fi
  machine_pid=''
  rm -f "$scratch/pid" "${own_disk:-$scratch/none}"
}
gone() { ! runs; }

# as USER COMMAND…: the command's words joined, in that user's shell on the machine; its exit code and streams.
# What is not over when the step has to be ends with 124.
as() {
  local who=$1 left=$((ends_at - SECONDS))
  shift
  [ "$left" -gt 0 ] || return 124
  "${driver}_beside" timeout --foreground "$left" ssh "${address[@]}" -q -F none -i "$debian/key" \
    -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=20 -o ServerAliveCountMax=6 \
    -o HostKeyAlias=machine -o "UserKnownHostsFile=$debian/known_host" -o StrictHostKeyChecking=yes \
    "$who@machine" "$@"
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
