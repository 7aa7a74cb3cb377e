# shellcheck shell=bash disable=SC2034,SC2154 # run.sh and the files of machines set what is not set here
# Runs a machine in QEMU, with the distribution's own kernel. The ways `kvm` and `emulation`.

# kvm_runs KERNEL: whether KVM gets as far as that kernel's first line.
# The device alone says little: it may be there and never run a guest.
kvm_runs() {
  [ -w /dev/kvm ] || return
  # In a group, as the shell itself says that QEMU was aborted.
  { timeout --kill-after 2 15 qemu-system-x86_64 -accel kvm -cpu host -m 256 -nodefaults -display none -no-reboot \
    -kernel "$1" -append 'console=ttyS0 panic=-1' -serial "file:$scratch/kvm" </dev/null; } >"$scratch/kvm.log" 2>&1
  grep -q 'Linux version' "$scratch/kvm" 2>/dev/null
}

qemu_prepare() { true; }

# qemu_disk IMAGE: a layer above the image, which takes what the machine writes.
qemu_disk() { qemu-img create -q -f qcow2 -F raw -b "$1" "$own_disk" "$disk"; }

# qemu_beside COMMAND…: runs it where it reaches the machine.
qemu_beside() { "$@"; }

# qemu_power_on: starts the machine's process, with or without KVM.
# NB: an emulated machine that is reset within its process takes two to five times as long to start.
qemu_power_on() {
  local attempt accelerator=(-accel 'tcg,thread=multi' -cpu max)
  [ "$way" != kvm ] || accelerator=(-accel kvm -cpu host)
  # Nobody can ask for a free port and hold it, so one that is taken is tried again.
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    address=(-p "$port" -o Hostname=127.0.0.1)
    qemu-system-x86_64 "${accelerator[@]}" -smp 2 -m "$memory" -nodefaults -display none -daemonize -no-reboot \
      -kernel "$debian/kernel" -initrd "$debian/initrd" \
      -append "root=/dev/vda rw console=ttyS0 net.ifnames=0 $boot_parameters" \
      -drive "file=$own_disk,format=qcow2,if=virtio,cache=unsafe" \
      -netdev "user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=n0 \
      -chardev "file,id=console,path=$logs/console.log,append=on" -serial chardev:console -pidfile "$scratch/pid" && break
    printf 'port %s did not do, attempt %s\n' "$port" "$attempt"
  done
}
