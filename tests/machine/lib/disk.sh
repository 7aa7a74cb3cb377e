# shellcheck shell=bash disable=SC2154 # run.sh and the files of machines set what is not set here
# Makes a machine's disk: a Debian's root, and the closures of store paths in a store of its own.

# The file system that every disk begins with. A machine enlarges it to its own disk, as cloud images do.
first_size=10G

# disk_image FOLDER [PATH…]: prints the image of that Debian's root with the closures of these store paths, and makes
# it first if need be. `groundwork` is the launcher of the first path that has it.
disk_image() {
  local folder=$1 kind=bare image
  shift
  [ "$#" -eq 0 ] || kind=full
  image=$folder-$kind-$( (cat "${BASH_SOURCE[0]}" && echo "$*") | sha256sum | head -c 12).img
  if [ ! -e "$image" ]; then
    printf 'making a disk of %s\n' "$(basename "$folder")" >&2
    # One of them at a time: what was made of other builds is of no more use.
    rm -f "$folder-$kind"-*
    make_disk "$folder" "$image.part" "$@" >"$folder/disk.log" 2>&1 || {
      tail -n 15 "$folder/disk.log" >&2
      fail "the disk '$image' could not be made" "the whole log is in $folder/disk.log"
    }
    mv "$image.part" "$image"
  fi
  printf '%s\n' "$image"
}

# make_disk FOLDER IMAGE [PATH…]: does the work.
make_disk() {
  local folder=$1 image=$2 root=$1/root launcher=/usr/local/bin/groundwork
  shift 2
  as_root rm -rf "$root/nix" "$root$launcher" || return
  if [ "$#" -gt 0 ]; then
    # NB: the database is copied with the files, so that Nix in the machine knows them.
    as_root nix copy --no-check-sigs --to "local?root=$root" "$@" &&
      as_root ln -s "$1/bin/groundwork" "$root$launcher" || return
  fi
  rm -f "$image"
  # NB: files get holes where they are zero, as on many other file systems. Keep it so: it has found a fault.
  truncate -s "$first_size" "$image" &&
    as_root /sbin/mke2fs -q -t ext4 -L root -d "$root" "$image" &&
    as_root rm -rf "$root/nix"
}
