# The spec of an image of static programs, with the licences of what they are made of.
{
  # From user.nix.
  user,
  # The component's program.
  program,
}:
# Names of its commands; a container starts the first.
commands: {
  layers = [
    user.layer
    {
      store_paths = [program];
      symlinks =
        [
          {
            target = "${program}/share/licenses";
            link = "/usr/share/licenses";
          }
        ]
        ++ map (command: {
          target = "${program}/bin/${command}";
          link = "/bin/${command}";
        })
        commands;
    }
  ];
  config = {
    entrypoint = ["/bin/${builtins.head commands}"];
    user = user.name;
  };
}
