# Calls the function in a file with what it asks for by name, out of all that there is.
scope: file: let
  function = import file;
in
  function (builtins.intersectAttrs (builtins.functionArgs function) scope)
