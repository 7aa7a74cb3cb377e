# Every way to choose some of a list's items, none and all included; each keeps the list's order.
items:
if items == []
then [[]]
else let
  rest = import ./subsets.nix (builtins.tail items);
in
  rest ++ map (some: [(builtins.head items)] ++ some) rest
