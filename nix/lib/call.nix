# Calls the function in a file with the arguments that it names, taken from the scope.
scope: file: let
  function = import file;
in
  function (builtins.intersectAttrs (builtins.functionArgs function) scope)
