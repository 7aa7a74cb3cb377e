# shellcheck shell=bash disable=SC2034 # run.sh reads them
. "${BASH_SOURCE[0]%/*}/debian-12.sh"
about='debian-12 as an ordinary user with sudo, which keeps nothing of the environment'
user=person

is_more() {
  test "$(id -un)" = person
  test "$(sudo -n id -un)" = root
  test -z "$(NAMED=here sudo -n env | grep '^NAMED=')"
}
all() { whole_life; }
