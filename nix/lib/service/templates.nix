# The templates as `groundwork new` reads them: with the files in the place of links to what they share with each other and
# with the project's crates.
{
  # From build.nix.
  build,
  # The project's folder.
  root,
}: let
  folder = toString root;
  names = builtins.attrNames (builtins.readDir (root + "/templates"));
  crates = name: let
    platform = root + "/templates/${name}/platform";
  in
    if builtins.pathExists platform
    then builtins.attrNames (builtins.readDir platform)
    else [];
  wanted = ["${folder}/templates"] ++ map (name: "${folder}/crates/${name}") (builtins.concatMap crates names);
  within = path: folder: path == folder || builtins.substring 0 (builtins.stringLength folder + 1) path == "${folder}/";
  # NB: only what the links lead to, so that a change elsewhere makes no other templates.
  files = builtins.path {
    path = root;
    name = "templates-linked";
    filter = path: _type: path == "${folder}/crates" || builtins.any (within path) wanted;
  };
in
  build {
    name = "templates";
    script = "cp -rL ${files}/templates $out";
  }
