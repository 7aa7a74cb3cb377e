# `nix develop`: what the platform itself is made with.
{
  # From nix/lib/dev-shell.nix.
  devShell,
  # From nix/toolchain and components.
  cc,
  go,
  gitleaks,
  kubernetes,
  nix-tools,
  # The cargo loop.
  dev,
}:
devShell {
  name = "groundwork-shell";
  tools = [dev kubernetes cc go nix-tools gitleaks];
}
