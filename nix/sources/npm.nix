# npm packages: the tree that `npm ci` makes of a package-lock.json, pinned as one folder.
{
  # From source.nix.
  source,
  # A folder's path from the project's root.
  below,
}: {
  # The program.
  name,
  # Its folder, with package.json, package-lock.json and modules-hash.
  folder,
}:
source {
  kind = "npm";
  name = "${name}-modules";
  hash = builtins.head (builtins.match "([^\n]+)\n" (builtins.readFile (folder + "/modules-hash")));
  tree = true;
  details = {folder = below folder;};
}
