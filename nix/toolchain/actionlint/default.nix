# actionlint: reads GitHub's workflows as their runner does, and says what is wrong before anything is pushed.
{goProgram}:
goProgram {
  name = "actionlint";
  folder = ./.;
  module = "github.com/rhysd/actionlint";
  commands.actionlint = "github.com/rhysd/actionlint/cmd/actionlint";
  ldflags = version: ["-X github.com/rhysd/actionlint.version=${builtins.substring 1 (-1) version}"];
}
