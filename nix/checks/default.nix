# One file, one check; found by their names, never listed by hand.
{
  # Everything that a check may ask for by name.
  scope,
}: let
  files = builtins.filter (file: file != "default.nix") (builtins.attrNames (builtins.readDir ./.));
  call = file: let
    function = import (./. + "/${file}");
  in {
    name = builtins.head (builtins.match "(.*)\\.nix" file);
    value = function (builtins.intersectAttrs (builtins.functionArgs function) scope);
  };
in
  builtins.listToAttrs (map call files)
