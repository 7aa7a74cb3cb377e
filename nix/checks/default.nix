# One file, one check; found by their names, never listed by hand.
{
  # Everything that a check may ask for by name.
  scope,
}: let
  call = import ../lib/call.nix scope;
  files = builtins.filter (file: file != "default.nix" && builtins.match ".*\\.nix" file != null) (builtins.attrNames (builtins.readDir ./.));
in
  builtins.listToAttrs (map (file: {
      name = builtins.head (builtins.match "(.*)\\.nix" file);
      value = call (./. + "/${file}");
    })
    files)
