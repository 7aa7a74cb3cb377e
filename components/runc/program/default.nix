# runc, static, with seccomp: the one program here that needs C.
{goProgram}:
goProgram {
  name = "runc";
  folder = ./.;
  module = "github.com/opencontainers/runc";
  commands.runc = "github.com/opencontainers/runc";
  tags = ["seccomp" "netgo" "osusergo"];
  cgo = true;
}
