# What the editor's files name is there: scripts, commands, packages, and the extensions that their debuggers come with.
{
  build,
  commands,
  crates,
  project,
}: let
  read = file: builtins.readFile (project + "/${file}");
  json = file: builtins.fromJSON (read file);
  tasks = (json ".vscode/tasks.json").tasks;
  launch = json ".vscode/launch.json";
  extensions = (json ".vscode/extensions.json").recommendations;
  container = json ".devcontainer/devcontainer.json";
  matches = regex: text: builtins.match regex text != null;

  isScript = command: matches "\\./scripts/.+" command && builtins.pathExists (project + "/${command}");
  # `dev` has its commands in one line.
  isDev = command: matches ".* ${command}[ )][^\n]*shift ;;.*" (read "nix/dev.sh");
  isNix = arguments: let
    at = builtins.elemAt arguments;
  in
    arguments
    == ["fmt"]
    || (at 0 == "run" && builtins.any (command: at 1 == ".#${command}") commands)
    || (at 0 == "develop" && at 1 == "--command" && at 2 == "dev" && isDev (at 3));
  isCommand = task: isScript task.command || (task.command == "nix" && isNix task.args);

  debuggers = {
    debugpy = "ms-python.debugpy";
    lldb = "vadimcn.vscode-lldb";
  };
  packages = builtins.concatMap (argument: let
    found = builtins.match "--package=(.+)" argument;
  in
    if found == null
    then []
    else found) (builtins.concatMap (configuration: (configuration.cargo or {args = [];}).args) launch.configurations);
  faults =
    map (task: "task '${task.label}' runs what is not there") (builtins.filter (task: !isCommand task) tasks)
    ++ map (configuration: "'${configuration.name}' needs an extension that is not recommended")
    (builtins.filter (configuration: !builtins.elem (debuggers.${configuration.type} or "") extensions) launch.configurations)
    ++ map (name: "launch.json builds '${name}', which is no program of the workspace") (builtins.filter (name: !(crates ? ${name})) packages)
    ++ map (name: "'${name}' is no extension's name") (builtins.filter (name: !matches "[a-z0-9-]+\\.[a-z0-9-]+" name) extensions)
    ++ (
      if isScript container.postCreateCommand
      then []
      else ["the container is set up by what is not there"]
    )
    ++ (
      if builtins.isAttrs (json ".vscode/settings.json") && matches ".*\nuse flake\n.*" (read ".envrc")
      then []
      else [".vscode/settings.json or .envrc is not what its program takes"]
    );
in
  if faults == []
  then
    build {
      name = "check-editor";
      script = "touch $out";
    }
  else throw (builtins.concatStringsSep "; " faults)
