# The spec of an image of static programs, with the licences of what they are made of. They are copied out of their store
# path: the image does not name it, and the machine that has the image does not need it.
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
      files =
        [
          {
            source = "${program}/share/licenses";
            target = "/usr/share/licenses";
          }
        ]
        ++ map (command: {
          source = "${program}/bin/${command}";
          target = "/bin/${command}";
        })
        commands;
      bill = map (source: source // {only = commands;}) program.bill;
    }
  ];
  config = {
    entrypoint = ["/bin/${builtins.head commands}"];
    user = user.name;
  };
}
