# One folder, one program; found by their names, never listed by hand.
{
  # Everything that a program's default.nix may ask for by name.
  scope,
}: let
  folders = builtins.filter (name: builtins.pathExists (./. + "/${name}/default.nix")) (builtins.attrNames (builtins.readDir ./.));
  call = file: let
    function = import file;
  in
    function (builtins.intersectAttrs (builtins.functionArgs function) scope);
in
  builtins.listToAttrs (map (name: {
      inherit name;
      value = call (./. + "/${name}");
    })
    folders)
