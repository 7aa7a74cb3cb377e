# act: runs GitHub's workflows on this machine, so that ours is tried before it is pushed.
{goProgram}:
goProgram {
  name = "act";
  folder = ./.;
  module = "github.com/nektos/act";
  commands.act = "github.com/nektos/act";
}
