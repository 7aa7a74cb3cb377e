# shellcheck shell=bash disable=SC2034 # run.sh reads them
. "${BASH_SOURCE[0]%/*}/debian-12.sh"
about='debian-12 with 10 GB of disk, which is less than is needed'
disk=10G

is_more() { test "$(df --output=size --block-size=1G / | tail -n 1)" -le 10; }
all() {
  step 30 'up is refused for the disk, with what to do about it' is_refused disk
  step 20 'and nothing is left' leaves_nothing
}
quick() { all; }
