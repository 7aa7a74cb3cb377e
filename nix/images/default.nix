# One file, one image; found by their names, never listed by hand.
{
  # From nix/lib/image.nix.
  image,
  # Everything that an image's file may ask for by name.
  scope,
}: let
  files = builtins.filter (file: file != "default.nix") (builtins.attrNames (builtins.readDir ./.));
  call = file: let
    function = import (./. + "/${file}");
    name = builtins.head (builtins.match "(.*)\\.nix" file);
  in {
    inherit name;
    value = image ({inherit name;} // function (builtins.intersectAttrs (builtins.functionArgs function) scope));
  };
in
  builtins.listToAttrs (map call files)
