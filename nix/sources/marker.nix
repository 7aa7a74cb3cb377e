# Whether a marker of a Python package holds, as in `sys_platform == "win32" and python_version < "3.12"` (PEP 508).
{
  # What its names stand for.
  environment,
}: let
  refuse = marker: what: throw "poetry.lock: the marker ${marker} has ${what}\nhint: this is a fault of nix/sources/marker.nix";
  versions = ["implementation_version" "python_full_version" "python_version"];
  isVersion = token: builtins.elem token versions;
  contains = part: whole: builtins.replaceStrings [part] [""] whole != whole;
in
  marker: let
    words = builtins.split "([()]|\"[^\"]*\"|'[^']*'|[<>=!~]+|[a-zA-Z_]+)" marker;
    tokens = map builtins.head (builtins.filter builtins.isList words);
    # NB: an empty list has no head.
    next = rest:
      if rest == []
      then null
      else builtins.head rest;
    drop = number: rest:
      if number == 0
      then rest
      else drop (number - 1) (builtins.tail rest);

    valueOf = token: let
      quoted = builtins.match "[\"'](.*)[\"']" token;
    in
      if quoted != null
      then builtins.head quoted
      else environment.${token} or (refuse marker "a name '${token}' that is not known");
    compare = left: operator: right: let
      a = valueOf left;
      b = valueOf right;
      order =
        if isVersion left || isVersion right
        then builtins.compareVersions a b
        else if a == b
        then 0
        else if a < b
        then -1
        else 1;
    in
      {
        "==" = order == 0;
        "!=" = order != 0;
        "<" = order < 0;
        "<=" = order <= 0;
        ">" = order > 0;
        ">=" = order >= 0;
        "in" = contains a b;
      }
      .${operator}
      or (refuse marker "an operator '${operator}' that is not known");

    comparison = rest: let
      token = builtins.elemAt rest;
      inner = either (drop 1 rest);
    in
      if next rest == "("
      then {
        inherit (inner) value;
        rest = drop 1 inner.rest;
      }
      else if token 1 == "not"
      then {
        value = !(compare (token 0) "in" (token 3));
        rest = drop 4 rest;
      }
      else {
        value = compare (token 0) (token 1) (token 2);
        rest = drop 3 rest;
      };
    # Operands that are joined by one word.
    joined = word: operand: join: rest: let
      first = operand rest;
      others = joined word operand join (drop 1 first.rest);
    in
      if next first.rest == word
      then {
        value = join first.value others.value;
        inherit (others) rest;
      }
      else first;
    both = joined "and" comparison (a: b: a && b);
    either = joined "or" both (a: b: a || b);
    parsed = either tokens;
  in
    if parsed.rest == []
    then parsed.value
    else refuse marker "an end that is not understood"
