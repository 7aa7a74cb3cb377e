# Every component of the stack, in the order of its waves, each after what it waits for. A component is a folder with a
# component.nix; folders are found by their names, never listed by hand.
{
  # The project's folder.
  root,
  # The stack's waves, in their order; what is in none are the node's own programs and images.
  waves,
}: let
  toposort = import ./toposort.nix;
  # The fields of a component.nix, with their defaults.
  defaults = {
    # What it does for the others, in the field's word: they choose by it, never by a name.
    role = null;
    # The wave that its objects go in with.
    wave = null;
    # Components that it waits for.
    after = [];
    # Its address on this machine, as its objects announce it.
    endpoint = null;
    # Its address in the cluster.
    service = null;
    # The path below `endpoint` that answers once it is ready.
    health = null;
    # How figures of the machine's use know its process: a program's name, or a Java class.
    process = null;
    # The values of `job` or `service` by which Prometheus has it.
    scrape = [];
    # What the console may ask of it: a path, `*` for any one segment, and `get`, `query` (GET or POST) or `tail` (endless).
    read_paths = {};
    # About how long its program builds on two cores.
    seconds = 5;
  };
  read = parent: name: let
    folder = root + "/${parent}/${name}";
    file = "${parent}/${name}/component.nix";
    said = import (folder + "/component.nix");
    unknown = builtins.attrNames (builtins.removeAttrs said (builtins.attrNames defaults));
    beside = entry:
      if builtins.pathExists (folder + "/${entry}")
      then folder + "/${entry}"
      else null;
  in
    if unknown != []
    then throw "${file}: unknown: ${toString unknown}; it may say ${toString (builtins.attrNames defaults)}"
    else if !(said ? role)
    then throw "${file}: says no role"
    else if said ? wave && !builtins.elem said.wave waves
    then throw "${file}: there is no wave '${said.wave}', but ${toString waves}"
    else
      defaults
      // said
      // {
        inherit name folder;
        # From the project's root.
        path = "${parent}/${name}";
        program = beside "program/default.nix";
        # The program's name, where it is a crate of the workspace.
        crate =
          if builtins.pathExists (folder + "/program/Cargo.toml")
          then (builtins.fromTOML (builtins.readFile (folder + "/program/Cargo.toml"))).package.name
          else null;
        image = beside "image.nix";
        objects = beside "k8s";
        topics = beside "topics.yaml";
        secrets = beside "secrets.yaml";
        rules = beside "watch/rules.yaml";
        dashboard = beside "watch/dashboard.json";
        runbook = beside "watch/runbook.md";
      };
  found = parent: let
    entries = builtins.readDir (root + "/${parent}");
    isComponent = name: entries.${name} == "directory" && builtins.pathExists (root + "/${parent}/${name}/component.nix");
  in
    map (read parent) (builtins.filter isComponent (builtins.attrNames entries));
  all = let
    both = found "components" ++ found "services";
    names = map (component: component.name) both;
    twice = builtins.filter (name: builtins.length (builtins.filter (it: it == name) names) > 1) names;
  in
    if twice != []
    then throw "components/ and services/ both have ${builtins.head twice}"
    else both;
  inWave = wave: builtins.filter (component: component.wave == wave) all;
in
  toposort {items = builtins.concatMap inWave ([null] ++ waves);}
