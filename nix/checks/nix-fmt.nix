# Every Nix file is formatted.
{
  build,
  nix-tools,
  project,
}:
build {
  name = "check-nix-fmt";
  tools = [nix-tools];
  script = ''
    cd ${project}
    nix-tools format --check .
    touch $out
  '';
}
