# shellcheck shell=bash
# Lists all of a root folder, so that two lists show what has changed.

# What is left out, as any run of apt changes it and nothing undoes it.
left_out=(
  # Logs tell what has happened.
  var/log/dpkg.log var/log/alternatives.log var/log/apt
  # Caches that dpkg's triggers make anew, with times in them.
  var/cache/debconf var/cache/ldconfig/aux-cache var/cache/apt/pkgcache.bin var/cache/apt/srcpkgcache.bin
  # dpkg's and apt's database in their own order, and the state before the last change; packages are listed by name below.
  var/lib/dpkg/status var/lib/dpkg/status-old
  # The state before the last change of a user.
  etc/passwd- etc/group- etc/shadow- etc/gshadow-
  # That sudo has told this user to be careful.
  var/lib/sudo
  # Gone with the next boot.
  proc run tmp
)

# list ROOT: prints a line for each file with its kind, mode, owner, size and hash, and for each package, user and group.
# Package lists are named and no more: apt renews them.
list() {
  local root=$1 place prune=()
  for place in "${left_out[@]}"; do prune+=(-path "$root/$place" -o); done
  {
    as_root find "$root" -xdev \( "${prune[@]}" -false \) -prune -o -not -type f -printf '%P %y %m %U:%G %l\n'
    as_root find "$root" -xdev \( "${prune[@]}" -path "$root/var/lib/apt/lists/*" \) -prune -o -type f -printf '%P %y %m %U:%G %s\n'
    as_root find "$root/var/lib/apt/lists" -type f -printf '%P %y %m %U:%G\n'
    as_root find "$root" -xdev \( "${prune[@]}" -path "$root/var/lib/apt/lists/*" \) -prune -o -type f -exec sha256sum {} + |
      sed "s# $root/# #"
    # shellcheck disable=SC2016 # the fields are dpkg's
    dpkg-query --admindir "$root/var/lib/dpkg" --show --showformat 'package ${binary:Package} ${Version} ${db:Status-Abbrev}\n'
    sed 's/^/user /' "$root/etc/passwd"
    sed 's/^/group /' "$root/etc/group"
  } | LC_ALL=C sort
}
