# No Nix file binds a name that nothing uses (deadnix).
{
  build,
  nix-tools,
  project,
}:
build {
  name = "check-nix-unused";
  tools = [nix-tools];
  script = ''
    cd ${project}
    nix-tools unused .
    touch $out
  '';
}
