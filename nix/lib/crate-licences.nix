# A shell command that prints the licences of all crates that a package of a workspace is made of.
{
  # From crate-vendor.nix.
  vendor,
  # The package, and the options with which cargo chooses its features.
  package,
  options ? "--frozen",
}: ''
  cargo tree ${builtins.replaceStrings ["--release"] [""] options} --package ${package} --edges normal --prefix none --format '{p}' |
    sed -nE 's/^([^ ]+) v([^ ]+).*/\1-\2/p' | sort -u | while read -r crate; do
    for file in ${vendor}/crates/$crate/LICEN[SC]E* ${vendor}/crates/$crate/COPYING* ${vendor}/crates/$crate/NOTICE*; do
      if [ -f "$file" ]; then
        printf '%s: %s\n\n' $crate "''${file##*/}"
        cat "$file"
        printf '\n\n'
      fi
    done
  done''
