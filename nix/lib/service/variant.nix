# A template as `groundwork new` leaves it in a person's repository: the lines between a marker of a feature that is left out
# and its end are gone, and so are the markers and the files of which nothing is left.
{
  # From build.nix.
  build,
}: {
  # The service's name.
  name,
  # The template's folder in templates.nix.
  template,
  # The features that are left out.
  without,
}:
build {
  name = "${name}-files";
  env.features = toString without;
  script = ''
    cp -r ${template} $out
    chmod -R u+w $out
    cd $out
    find . -type f | while read -r file; do
      cp "$file" ../whole
      # NB: a marker goes with the empty lines before it: formatters want them there.
      awk -v without=" $features " '
        # A comment that is nothing but [feature] or [/feature].
        match($0, /^ *(#|\/\/|--|<!--) \[\/?[a-z]+\]( -->)?$/) {
          feature = $0
          gsub(/^[^[]*\[\/?|\].*/, "", feature)
          if (index(without, " " feature " ")) out = $0 !~ /\[\//
          empty = 0
          next
        }
        out { next }
        $0 == "" { empty++; next }
        { while (empty) { print ""; empty-- } print }
      ' ../whole >"$file"
      # NB: a file that was empty before is meant so.
      [ -s "$file" ] || [ ! -s ../whole ] || rm "$file"
    done
  '';
}
