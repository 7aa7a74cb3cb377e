# shellcheck shell=bash disable=SC2034 # run.sh reads them
. "${BASH_SOURCE[0]%/*}/debian-12.sh"
about='debian-12 whose kernel was told to have no IPv6'
boot_parameters=ipv6.disable=1

is_more() { test ! -e /proc/net/if_inet6; }
all() { whole_life; }
