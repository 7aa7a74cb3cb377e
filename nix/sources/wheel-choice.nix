# Which file of a package runs here, as pip chooses it: the closest to CPython 3.11, and of those for the newest C library that
# Debian's is new enough for. Null where none does.
{
  # From nix/lib/platform.nix.
  platform,
}: let
  # Of Debian bookworm's C library, 2.36.
  newest = 36;
  parts = separator: text: builtins.filter builtins.isString (builtins.split separator text);
  # The lowest of some ranks; null where there is none.
  lowest = ranks: let
    real = builtins.filter (rank: rank != null) ranks;
  in
    if real == []
    then null
    else
      builtins.foldl' (low: rank:
        if rank < low
        then rank
        else low) (builtins.head real)
      real;

  older = tag: let
    minor = builtins.match "cp3([0-9]+)" tag;
  in
    if minor == null
    then null
    else builtins.fromJSON (builtins.head minor);
  pythonRank = abi: tag:
    if tag == "cp311" && abi == "cp311"
    then 0
    else if tag == "cp311" && abi == "abi3"
    then 1
    else if tag == "cp311" && abi == "none"
    then 2
    else if abi == "abi3" && older tag != null && older tag < 11
    then 14 - older tag
    else if abi == "none" && builtins.elem tag ["py311" "py3"]
    then 20
    else null;
  aliases = {
    manylinux1 = 5;
    manylinux2010 = 12;
    manylinux2014 = 17;
  };
  platformRank = tag: let
    versioned = builtins.match "manylinux_2_([0-9]+)_${platform.wheels}" tag;
    alias = builtins.match "(manylinux[0-9]+)_${platform.wheels}" tag;
    # NB: a leading zero is no number.
    minor =
      if versioned != null
      then builtins.fromJSON (builtins.head versioned)
      else if alias != null
      then aliases.${builtins.head alias} or null
      else null;
  in
    if tag == "any"
    then 90
    else if tag == "linux_${platform.wheels}"
    then 50
    else if minor == null || minor > newest
    then null
    else newest - minor;

  rank = {file, ...}: let
    fields = parts "-" (builtins.head (builtins.match "(.*)\\.whl" file));
    field = fromEnd: parts "\\." (builtins.elemAt fields (builtins.length fields - fromEnd));
    python = lowest (builtins.concatMap (abi: map (pythonRank abi) (field 3)) (field 2));
    system = lowest (map platformRank (field 1));
    # Without a platform's code it comes after all that have some.
    anywhere =
      if system == 90
      then 3000
      else 0;
  in
    if builtins.match ".*\\.whl" file == null || python == null || system == null
    then null
    else anywhere + 100 * python + system;
in
  files: let
    ranked = builtins.filter (entry: entry.rank != null) (map (entry: entry // {rank = rank entry;}) files);
    best = builtins.sort (a: b: a.rank < b.rank) ranked;
  in
    if best == []
    then null
    else builtins.head best
