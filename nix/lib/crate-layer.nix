# The layer of an image with a program of the workspace and its licences. They are copied out of their store path, so that
# the image changes only when the program's bits do.
# The program, from rust-program.nix.
program: {
  inherit (program) bill;
  files = [
    {
      source = "${program}/bin/${program.name}";
      target = "/bin/${program.name}";
    }
    {
      source = "${program}/share/licenses/${program.name}.txt";
      target = "/usr/share/licenses/${program.name}.txt";
    }
  ];
}
