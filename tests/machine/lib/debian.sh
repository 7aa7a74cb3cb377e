# shellcheck shell=bash disable=SC2154 # run.sh and the files of machines set what is not set here
# Makes the root folder of a Debian out of the distribution's own packages, and keeps it for the next run.
#
# NB: the folder's name has a hash of this file: what is changed here makes all machines anew.

# What is in every machine besides Debian's own choice: a way in, sudo, and Nix with what its users have.
every_machine=(openssh-server sudo git curl ca-certificates)
# Later, in the finished root: debootstrap installs in an order that these packages do not bear.
afterwards=(linux-image-cloud-amd64 initramfs-tools zstd nix-bin)

# debian_root RELEASE INIT: prints the folder that holds the root of that Debian, and makes it first if need be.
# Beside it are the kernel, the initial RAM disk and the key that opens the machine.
debian_root() {
  local release=$1 init=$2 folder
  folder=$machines/debian-$release-$init-$(sha256sum "${BASH_SOURCE[0]}" | head -c 12)
  if [ ! -e "$folder/made" ]; then
    printf 'making a Debian of %s with %s, about two minutes\n' "$release" "$init" >&2
    as_root rm -rf --one-file-system "$machines/debian-$release-$init"-*
    mkdir -p "$folder"
    make_debian "$release" "$init" "$folder" >"$folder/log" 2>&1 || {
      tail -n 15 "$folder/log" >&2
      fail "the Debian '$release' could not be made" "the whole log is in $folder/log"
    }
    touch "$folder/made"
  fi
  printf '%s\n' "$folder"
}

# make_debian RELEASE INIT FOLDER: does the work. One step that fails ends it.
make_debian() {
  local release=$1 init=$2 folder=$3 root=$3/root mirror options=()
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail "cannot tell which Debian mirror to use" "set DEBIAN_MIRROR to the address of one"
  case $init in
    systemd) options=(--include="$(IFS=,; echo "${every_machine[*]}"),libpam-systemd,dbus") ;;
    # Debian's own choice would bring systemd along.
    sysvinit)
      options=(--variant=minbase --include="$(IFS=,; echo "${every_machine[*]}"),sysvinit-core,initscripts,sysv-rc,insserv,udev,kmod,ifupdown,iproute2,iputils-ping,netbase,procps,nftables,cron,logrotate")
      ;;
  esac
  as_root debootstrap "${options[@]}" "$release" "$root" "$mirror" &&
    write_settings "$init" "$root" &&
    in_root "$root" apt-get -qq install --yes --no-install-recommends "${afterwards[@]}" &&
    in_root "$root" adduser --quiet --disabled-password --gecos 'An ordinary user' person &&
    in_root "$root" adduser --quiet person sudo &&
    write_key "$folder" &&
    as_root sh -c "cp '$root'/boot/vmlinuz-* '$folder/kernel' && cp '$root'/boot/initrd.img-* '$folder/initrd'" &&
    # Until here it was the host's name server, which apt asks; in the machine none answers.
    as_root sh -c "echo 'nameserver 10.0.2.3' >'$root/etc/resolv.conf'" &&
    # NB: the address of the mirror stays out of the machine, which reaches none.
    as_root rm -rf "$root/etc/apt/sources.list" "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/usr/share/doc/* &&
    as_root chown "$(id -u)" "$folder"/{kernel,initrd,key,known_host}
}

# in_root ROOT COMMAND…: runs it there, with a /proc of its own that goes away with it.
in_root() {
  local root=$1
  shift
  # shellcheck disable=SC2016 # the words are the inner shell's
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C unshare --mount --pid --fork --kill-child sh -c '
    root=$1
    shift
    mount -t proc proc "$root/proc" && exec chroot "$root" "$@"' sh "$root" "$@"
}

# write_settings INIT ROOT: what Debian's installer would have asked for.
write_settings() {
  local init=$1 root=$2
  write() { as_root tee "$root$1" >/dev/null; }
  printf 'machine\n' | write /etc/hostname
  # NB: without /etc/hosts no pod gets its sandbox, as containerd copies it.
  write /etc/hosts <<'TEXT'
127.0.0.1	localhost
127.0.1.1	machine
::1	localhost ip6-localhost ip6-loopback
TEXT
  printf 'LABEL=root / ext4 errors=remount-ro 0 1\n' | write /etc/fstab
  if [ "$init" = sysvinit ]; then
    printf 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0\n' | as_root tee -a "$root/etc/fstab" >/dev/null
  fi
  # A route, as machines have, though it does not lead out.
  as_root mkdir -p "$root/etc/network"
  write /etc/network/interfaces <<'TEXT'
auto lo
iface lo inet loopback
auto eth0
iface eth0 inet static
  address 10.0.2.15/24
  gateway 10.0.2.2
TEXT
  as_root mkdir -p "$root/etc/udev/rules.d" "$root/etc/sudoers.d" "$root/etc/initramfs-tools/conf.d"
  # The user-mode kernel gives its cable another name.
  printf 'SUBSYSTEM=="net", ACTION=="add", KERNEL=="vec0", NAME="eth0"\n' | write /etc/udev/rules.d/70-eth0.rules
  # Debian's own line for the group asks for a password, and nobody is there to type it.
  printf '%%sudo ALL=(ALL:ALL) NOPASSWD: ALL\n' | write /etc/sudoers.d/no-password
  # An emulated machine unpacks a full RAM disk for half a minute.
  printf 'MODULES=list\n' | write /etc/initramfs-tools/conf.d/modules
  printf 'virtio_pci\nvirtio_blk\next4\n' | write /etc/initramfs-tools/modules
}

# write_key FOLDER: a key of this root's own for root and the ordinary user, and the machine's own to know it by.
write_key() {
  local folder=$1 home
  ssh-keygen -q -t ed25519 -N '' -C 'Groundwork machines' -f "$folder/key" || return
  for home in /root /home/person; do
    as_root mkdir -p -m 700 "$folder/root$home/.ssh" &&
      as_root cp "$folder/key.pub" "$folder/root$home/.ssh/authorized_keys" || return
  done
  in_root "$folder/root" chown -R person:person /home/person/.ssh &&
    sed 's/^/machine /' "$folder/root/etc/ssh/ssh_host_ed25519_key.pub" >"$folder/known_host"
}
