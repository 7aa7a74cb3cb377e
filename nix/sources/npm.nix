# npm packages: the tree that `npm ci` makes of a package-lock.json, pinned as one folder.
{
  # From source.nix.
  source,
}: {
  # The program.
  name,
  # Its folder from the project's root, as the client is told.
  folder,
}:
source {
  kind = "npm";
  name = "${name}-modules";
  hash = builtins.head (builtins.match "([^\n]+)\n" (builtins.readFile (../.. + "/${folder}/modules-hash")));
  tree = true;
  details = {inherit folder;};
}
