# Orders items so that each comes after those that it names; else they keep their order.
{
  # Each with `name`, `path` and `after`, a list of names of others.
  items,
  # Names that are taken as done.
  done ? [],
}:
if items == []
then []
else let
  isReady = item: builtins.all (name: builtins.elem name done) item.after;
  ready = builtins.filter isReady items;
  first = builtins.head ready;
  # Whoever goes from one to what it waits for, as often as there are items, is on a circle.
  waits = item: builtins.head (builtins.filter (other: builtins.elem other.name item.after && !builtins.elem other.name done) items);
  start = builtins.foldl' (item: _: waits item) (builtins.head items) items;
  circle = item:
    if item.name == start.name
    then [start.name]
    else [item.name] ++ circle (waits item);
  chain = builtins.concatStringsSep " → " ([start.name] ++ circle (waits start));
in
  if ready == []
  then throw "${start.path}/component.nix: after: it waits for itself (${chain})\nhint: take one of them out of an 'after'"
  else
    [first]
    ++ import ./toposort.nix {
      items = builtins.filter (item: item.name != first.name) items;
      done = done ++ [first.name];
    }
