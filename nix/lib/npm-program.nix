# Runs Node.js on a program of ours with its npm modules in place, without a network.
{
  # From build.nix.
  build,
  # From nix/toolchain.
  node,
  # From nix/sources/npm.nix.
  npm,
  # The project's folder.
  root,
}: {
  # Name of the store path.
  name,
  # The program's folder from the project's root; it has package.json, package-lock.json and modules-hash.
  folder,
  # Files and folders beside it that it reads, from the project's root.
  beside ? [],
  # Shell commands; they start in the program's folder.
  script,
}: let
  modules = npm {
    name = "console";
    folder = root + "/${folder}";
  };
  # NB: each by itself, so that a change elsewhere in the project does not rebuild anything here.
  source = path:
    builtins.path {
      path = root + "/${path}";
      name = baseNameOf path;
    };
in
  build {
    inherit name;
    tools = [node];
    env.NODE_ENV = "production";
    script = ''
      export HOME=$PWD
      ${builtins.concatStringsSep "\n" (map (path: "mkdir -p project/${dirOf path} && cp -r ${source path} project/${path}") ([folder] ++ beside))}
      chmod -R u+w project
      cd project/${folder}
      ln -s ${modules}/node_modules node_modules
      ${script}
    '';
  }
