# shellcheck shell=bash disable=SC2034 # run.sh reads them
about='Debian 13 with its kernel, systemd and Nix; its store has the development shell too'
release=trixie init=systemd user=root memory=6144 disk=26G
with_shell=1

is_it() {
  grep '^VERSION_ID="13"' /etc/os-release
  test "$(cat /proc/1/comm)" = systemd
  test "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs
}
is_more() { nix --version; }

all() {
  development
  whole_life
}
quick() {
  development
  quick_life
}
