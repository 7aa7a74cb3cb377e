# Wheels of PyPI: single files, each by the name that pip gives it.
{
  # From source.nix.
  source,
}: {
  # The package.
  package,
  version,
  # What stands between version and `.whl` in the file's name.
  tags,
  # Hash of the file.
  hash,
}:
source {
  kind = "wheel";
  name = "${builtins.replaceStrings ["-"] ["_"] package}-${version}-${tags}.whl";
  inherit hash;
  details = {inherit package version;};
}
