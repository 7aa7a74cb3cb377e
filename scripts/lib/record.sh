# shellcheck shell=bash disable=SC2154 # common.sh sets project_root
# What setup found on this machine before it changed it, so that uninstall.sh takes away what came since and nothing else.
#
# The machine's record is in a folder of its own, which goes last; a person's is in the project's cache in their home.

record=/var/lib/groundwork-setup
home_record=${XDG_CACHE_HOME:-$HOME/.cache}/groundwork/absent-before

# Places on the machine that setup or apt make where they are not there, a line each.
machine_places() {
  printf '%s\n' /nix /etc/nix /etc/nix/nix.conf /etc/nix/empty-registry.json \
    /var/lib/apt/{extended_states,lists/lock,lists/partial,lists/auxfiles} /var/cache/apt/{pkgcache,srcpkgcache}.bin
  # Stands for the lists themselves: a machine that has some is asked for newer ones, and keeps them.
  ! find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' 2>/dev/null | grep . >/dev/null || return 0
  printf '/var/lib/apt/lists/*_*\n'
}

# Folders in a person's home that Nix and the registries' clients fill, a line each. All are caches but Nix's own.
home_trees() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}
  printf '%s\n' "$cache"/{nix,pip,go-build} "${CARGO_HOME:-$HOME/.cargo}"/{registry,.package-cache,.package-cache-mutate,.global-cache} \
    "$HOME"/{.npm,.m2/repository} "${XDG_CONFIG_HOME:-$HOME/.config}/go/telemetry" \
    "$HOME"/{.local/state/nix,.nix-profile,.nix-defexpr,.nix-channels}
}
# What those lie in, the innermost first: taken away when it is empty and was not there before.
home_folders() {
  local config=${XDG_CONFIG_HOME:-$HOME/.config}
  printf '%s\n' "${CARGO_HOME:-$HOME/.cargo}" "$HOME/.m2" "$config/go" "$config" "$HOME"/{.local/state,.local} "${XDG_CACHE_HOME:-$HOME/.cache}"
}

# Prints those lines of standard input that name nothing. One with a pattern counts as such.
absent() {
  local place
  while read -r place; do
    [ -e "$place" ] || [ -L "$place" ] || printf '%s\n' "$place"
  done
}

# remember_home: writes down once what this person's home lacks.
remember_home() {
  [ ! -e "$home_record" ] || return 0
  local lacking
  lacking=$({ home_trees; home_folders; } | absent)
  mkdir -p "${home_record%/*}"
  printf '%s\n' "$lacking" >"$home_record.new"
  mv "$home_record.new" "$home_record"
}

# remember_machine: the same of the machine, before its first change.
remember_machine() {
  [ ! -e "$record/absent-before" ] || return 0
  as_root mkdir -p "$record"
  machine_places | absent | as_root tee "$record/absent-before.new" >/dev/null
  as_root mv "$record/absent-before.new" "$record/absent-before"
}

# was_absent PLACE: whether the machine's record says that it was not there.
was_absent() { grep -qxF -- "$1" "$record/absent-before" 2>/dev/null; }

# Prints packages, users and groups of this machine in a fixed order, a line each.
inhabitants() {
  {
    # shellcheck disable=SC2016 # the fields are dpkg's
    dpkg-query --show --showformat 'package ${binary:Package} ${db:Status-Abbrev}\n'
    sed 's/:.*//; s/^/user /' /etc/passwd
    sed 's/:.*//; s/^/group /' /etc/group
  } | LC_ALL=C sort
}

# with_record COMMAND…: runs a command that installs packages, and writes down what came with it.
with_record() {
  local code=0
  remember_machine
  close_record
  inhabitants | as_root tee "$record/before.new" >/dev/null
  as_root mv "$record/before.new" "$record/before"
  "$@" || code=$?
  close_record
  return "$code"
}

# close_record: adds what came since `before` was written to `brought`. After an interruption the next run does it.
# A package of which configuration had stayed is `returned`: it is removed again and not purged.
close_record() {
  [ -e "$record/before" ] || return 0
  {
    [ ! -e "$record/brought" ] || cat "$record/brought"
    inhabitants | LC_ALL=C comm -13 "$record/before" - |
      awk 'NR == FNR { if ($1 == "package") before[$2] = 1; next }
        $1 != "package" { print; next }
        $3 ~ /^.[^nc]/ { print (before[$2] ? "returned " : "package ") $2 }' "$record/before" -
  } | LC_ALL=C sort -u | as_root tee "$record/brought.new" >/dev/null
  as_root mv "$record/brought.new" "$record/brought"
  as_root rm -f "$record/before"
}

# brought KIND: prints the names of that kind that came with setup.
brought() { sed -n "s/^$1 //p" "$record/brought" 2>/dev/null || true; }

# The marks around what setup adds to a file that may be someone's own.
block_begin='# BEGIN Groundwork (scripts/uninstall.sh takes this block away)'
block_end='# END Groundwork'
# As `block_begin`, where the file's last line had no end.
block_begin_in_line='# BEGIN Groundwork (as above, with the end of the line before it)'

# add_block FILE: appends standard input to the file, between marks.
add_block() {
  local begin=$block_begin
  if [ -n "$(tail -c 1 "$1" 2>/dev/null)" ]; then
    begin=$'\n'$block_begin_in_line
  fi
  { printf '%s\n' "$begin" && cat && printf '%s\n' "$block_end"; } | as_root tee -a "$1" >/dev/null
}

# has_block FILE: whether there is one.
has_block() { grep -qF '# BEGIN Groundwork' "$1" 2>/dev/null; }

# remove_block FILE: leaves the file as it would be without.
remove_block() {
  local in_line=''
  ! grep -qxF "$block_begin_in_line" "$1" || in_line=1
  as_root sed -i --follow-symlinks '/^# BEGIN Groundwork/,/^# END Groundwork$/d' "$1"
  [ -z "$in_line" ] || as_root truncate --size=-1 "$1"
}
