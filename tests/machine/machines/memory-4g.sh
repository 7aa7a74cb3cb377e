# shellcheck shell=bash disable=SC2034 # run.sh reads them
. "${BASH_SOURCE[0]%/*}/debian-12.sh"
about='debian-12 with 4 GB of memory, as little as README.md promises to need'
memory=4096

is_more() { test "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" -lt 4194304; }
all() { whole_life; }
