# Orders items so that each comes after those that it names; else they keep their order.
{
  # Each with `name` and `after`, a list of names.
  items,
  # Names that are taken as done.
  done ? [],
}:
if items == []
then []
else let
  isReady = item: builtins.all (name: builtins.elem name done) item.after;
  parts = builtins.partition isReady items;
  first = builtins.head parts.right;
  names = builtins.concatStringsSep ", " (map (item: "${item.name} (after ${toString item.after})") items);
in
  if parts.right == []
  then throw "these wait for each other, or for what is not there: ${names}"
  else
    [first]
    ++ import ./toposort.nix {
      items = builtins.filter (item: item.name != first.name) items;
      done = done ++ [first.name];
    }
