# A shell command that prints all crates that a package of a workspace is made of, a line `NAME VERSION LICENCE` for each.
{
  # The package, and the options with which cargo chooses its features.
  package,
  options ? "--frozen",
}: ''
  cargo tree ${builtins.replaceStrings ["--release"] [""] options} --package ${package} --edges normal --prefix none --format '{p}|{l}' |
    sed -nE 's/^([^ ]+) v([^ |]+)[^|]*\|(.*)/\1 \2 \3/p' | sed -E 's/ \(\*\)$//' | sort -u''
