# shellcheck shell=bash disable=SC2034 # run.sh reads them
about='Debian 12 with sysvinit, which leaves cgroup v2 to whoever uses it'
release=bookworm init=sysvinit user=root memory=6144 disk=26G

is_it() {
  grep '^VERSION_ID="12"' /etc/os-release
  test "$(cat /proc/1/comm)" = init
  test ! -e /run/systemd/system
  test "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs
  for controller in cpu cpuset io memory pids; do
    grep -w "$controller" /sys/fs/cgroup/cgroup.controllers
  done
  # The user-mode kernel has no huge pages.
  test ! -e /proc/sys/vm/nr_hugepages || grep -w hugetlb /sys/fs/cgroup/cgroup.controllers
}
is_more() { test -e /proc/net/if_inet6; }

all() { whole_life; }
quick() { quick_life; }
