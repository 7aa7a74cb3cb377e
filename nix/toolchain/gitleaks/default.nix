# gitleaks: finds secrets in what is about to be committed or pushed, and in the whole history.
{goProgram}:
goProgram {
  name = "gitleaks";
  folder = ./.;
  module = "github.com/zricethezav/gitleaks/v8";
  commands.gitleaks = "github.com/zricethezav/gitleaks/v8";
  ldflags = version: ["-X github.com/zricethezav/gitleaks/v8/version.Version=${builtins.substring 1 (-1) version}"];
}
