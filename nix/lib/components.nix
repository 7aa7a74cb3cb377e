# Every component of the stack, in the order of its waves, each after what it waits for. A component is a folder with a
# component.nix; folders are found by their names, never listed by hand. What is wrong is told before anything is built.
{
  # The project's folder.
  root,
  # The stack's waves, in their order; what is in none are the node's own programs and images.
  waves,
}: let
  toposort = import ./toposort.nix;
  refuse = where: reason: hint: throw "${where}: ${reason}\nhint: ${hint}";
  quoted = names: builtins.concatStringsSep ", " (map (name: "'${name}'") names);

  text = {
    wanted = "a text";
    holds = builtins.isString;
  };
  texts = {
    wanted = "a list of texts";
    holds = value: builtins.isList value && builtins.all builtins.isString value;
  };
  number = {
    wanted = "a whole number";
    holds = builtins.isInt;
  };
  truth = {
    wanted = "true or false";
    holds = builtins.isBool;
  };
  paths = {
    wanted = ''paths, each with "get", "query" (GET or POST) or "tail" (endless)'';
    holds = value: builtins.isAttrs value && builtins.all (way: builtins.elem way ["get" "query" "tail"]) (builtins.attrValues value);
  };
  # The fields of a component.nix, and what each has to be.
  fields = {
    # What it does for the others, in the field's word: they choose by it, never by a name. A new word is a new role.
    role = text;
    # The wave that its objects go in with.
    wave = text;
    # Components before it in the order in which objects are listed and programs built. A later wave waits until an
    # earlier one is ready.
    after = texts;
    # Whether the stack is whole without it: built and started only where a person wants it (`up --with`).
    optional = truth;
    # Its address on this machine, as its objects announce it.
    endpoint = text;
    # Its address in the cluster.
    service = text;
    # The path below `endpoint` that answers once it is ready, for the benchmark of its start.
    health = text;
    # How figures of the machine's use know its process: a program's name, or a Java class.
    process = text;
    # The values of `service` by which Prometheus has its pods, or of `job` where prometheus.yml names it.
    scrape = texts;
    # What the console may ask of it: a path, `*` for any one segment, and how.
    read_paths = paths;
    # About how long its program builds on two cores.
    seconds = number;
  };
  defaults = {
    wave = null;
    after = [];
    optional = false;
    endpoint = null;
    service = null;
    health = null;
    process = null;
    scrape = [];
    read_paths = {};
    seconds = 5;
  };
  # What a component's folder may hold.
  entries = ["component.nix" "README.md" "image.nix" "k8s" "page" "program" "secrets.yaml" "tests" "topics.yaml" "watch"];
  watched = ["dashboard.json" "rules.test.yaml" "rules.yaml" "runbook.md"];

  read = parent: name: let
    path = "${parent}/${name}";
    folder = root + "/${path}";
    file = "${path}/component.nix";
    said = import (folder + "/component.nix");
    strange = builtins.attrNames (builtins.removeAttrs said (builtins.attrNames fields));
    wrong = builtins.filter (field: !fields.${field}.holds said.${field}) (builtins.attrNames said);
    beside = entry:
      if builtins.pathExists (folder + "/${entry}")
      then folder + "/${entry}"
      else null;
    unknownIn = below: known:
      if builtins.pathExists (folder + below)
      then builtins.filter (entry: !builtins.elem entry known) (builtins.attrNames (builtins.readDir (folder + below)))
      else [];
    component =
      defaults
      // said
      // {
        inherit name folder path;
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
    isBuilt = component.program != null || component.crate != null;
  in
    if builtins.match "[a-z]([a-z0-9-]*[a-z0-9])?" name == null
    then refuse path "its image, its label and its objects cannot be called so" "rename the folder: small letters, digits and '-', a letter first"
    else if !builtins.isAttrs said
    then refuse file "it is not a set of fields" "write { role = \"…\"; … }, as nix/checks/example/component.nix does"
    else if strange != []
    then refuse file "unknown: ${quoted strange}" "the fields are ${quoted (builtins.attrNames fields)}"
    else if !(said ? role)
    then refuse file "role is missing" "one word for what it does for the others, as \"logs\" does"
    else if wrong != []
    then refuse file "${builtins.head wrong} is a ${builtins.typeOf said.${builtins.head wrong}}" "it has to be ${fields.${builtins.head wrong}.wanted}"
    else if said ? wave && !builtins.elem said.wave waves
    then refuse file "there is no wave '${said.wave}'" "the waves are ${quoted waves}"
    else if unknownIn "" entries != []
    then refuse path "nothing reads ${quoted (unknownIn "" entries)}" "a component's folder may hold ${quoted entries}"
    else if unknownIn "/watch" watched != []
    then refuse "${path}/watch" "nothing reads ${quoted (unknownIn "/watch" watched)}" "the folder may hold ${quoted watched}"
    else if component.image != null && !isBuilt
    then refuse path "image.nix has no program to put in" "add program/default.nix, or program/Cargo.toml for a crate"
    else if component.wave == null && component.objects != null
    then refuse file "its objects are in no wave" "say wave = \"system\" or wave = \"services\""
    else if component.wave != null && component.objects == null && component.program == null
    then refuse path "a wave takes objects, and it has none" "add k8s/kustomization.yaml, or leave wave out"
    else if component.wave == null && component.optional
    then refuse file "it is the node's, which cannot be without it" "leave optional out, or say wave = \"system\" or wave = \"services\""
    else component;
  found = parent: let
    inside = builtins.readDir (root + "/${parent}");
    isComponent = name: inside.${name} == "directory" && builtins.pathExists (root + "/${parent}/${name}/component.nix");
  in
    map (read parent) (builtins.filter isComponent (builtins.attrNames inside));
  all = found "components" ++ found "services";

  having = field: value: builtins.filter (component: component.${field} == value) all;
  # Components that share what has to be each one's own.
  shared = field: builtins.filter (component: component.${field} != null && builtins.length (having field component.${field}) > 1) all;
  alone = field: let
    first = builtins.head (shared field);
    both = builtins.concatStringsSep " and " (map (component: component.path) (having field first.${field}));
  in
    if shared field == []
    then next: next
    else refuse both "both have the ${field} '${first.${field}}'" "each has one of its own; change it in one of them";
  # A wave's place; what is in none comes first.
  place = wave: let
    places = builtins.filter (index: builtins.elemAt waves index == wave) (builtins.genList (index: index) (builtins.length waves));
  in
    if wave == null
    then -1
    else builtins.head places;
  ordered = component: let
    file = "${component.path}/component.nix";
    missing = builtins.filter (name: having "name" name == []) component.after;
    before = map (name: builtins.head (having "name" name)) component.after;
    later = map (it: it.name) (builtins.filter (it: place it.wave > place component.wave) before);
    absent = map (it: it.name) (builtins.filter (it: it.optional && !component.optional) before);
  in
    if missing != []
    then refuse file "after: there is no component ${quoted missing}" "name folders of components/ and services/"
    else if later != []
    then refuse file "after: ${quoted later} comes in a later wave" "put ${component.name} there, too"
    else if absent != []
    then refuse file "after: ${quoted absent} is optional" "say optional = true here, too, or find it when it runs"
    else component;
  inWave = wave: builtins.filter (component: component.wave == wave) (map ordered all);
in
  alone "name" (alone "role" (alone "endpoint" (toposort {items = builtins.concatMap inWave ([null] ++ waves);})))
