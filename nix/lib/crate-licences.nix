# A shell command that prints the licences of all crates that a package of a workspace is made of.
{
  # From crate-vendor.nix.
  vendor,
  # As crate-tree.nix takes them.
  package,
  options ? "--frozen",
}: ''
  ${import ./crate-tree.nix {inherit package options;}} | while read -r name version _licence; do
    crate=$name-$version
    for file in ${vendor}/crates/$crate/LICEN[SC]E* ${vendor}/crates/$crate/COPYING* ${vendor}/crates/$crate/NOTICE*; do
      if [ -f "$file" ]; then
        printf '%s: %s\n\n' $crate "''${file##*/}"
        cat "$file"
        printf '\n\n'
      fi
    done
  done''
