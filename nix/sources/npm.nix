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
}: let
  # NB: a tree is found by its name and hash alone, so the name tells what it is made of: with another lock or stub, the
  # tree that is there does not pass for the new one.
  madeOf = builtins.path {
    path = folder;
    name = "lock";
    filter = path: _type: baseNameOf path == "package-lock.json" || builtins.match ".*/stubs(/.*)?" path != null;
  };
  digest = builtins.substring 11 8 (builtins.unsafeDiscardStringContext madeOf);
in
  source {
    kind = "npm";
    name = "${name}-modules-${digest}";
    hash = builtins.head (builtins.match "([^\n]+)\n" (builtins.readFile (folder + "/modules-hash")));
    tree = true;
    details = {folder = below folder;};
  }
