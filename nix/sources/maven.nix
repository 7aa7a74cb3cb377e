# Java archives: what a program's pom.xml names and all that those need, pinned as one folder.
{
  # From source.nix.
  source,
  # A folder's path from the project's root.
  below,
}: {
  # The program.
  name,
  # Folder with pom.xml and jars-hash.
  folder,
}:
source {
  kind = "maven";
  name = "${name}-jars";
  hash = builtins.head (builtins.match "([^\n]+)\n" (builtins.readFile (folder + "/jars-hash")));
  tree = true;
  details = {folder = below folder;};
}
