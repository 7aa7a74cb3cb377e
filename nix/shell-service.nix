# `nix develop .#service`: what a service in Python is made with.
{
  # From nix/lib/dev-shell.nix.
  devShell,
  # From nix/toolchain and components.
  python,
  service-tools,
}:
devShell {
  name = "groundwork-service-shell";
  # NB: Python by its own folder: an environment that Poetry makes refers to where Python was found.
  tools = [python service-tools];
  hook = ''
    ${import ./lib/certificates-hook.nix}
    # Keeps Python from Nix' garbage collector, and tells scripts/verify-environment.sh that this shell is built.
    if [ -n "$project" ]; then
      (
        link=$(git rev-parse --path-format=absolute --git-common-dir)/groundwork/service-tools
        [ "$(readlink "$link")" = ${service-tools} ] && exit
        mkdir -p "''${link%/*}"
        nix-store --realise ${service-tools} --add-root "$link" --indirect >/dev/null
      ) || true
    fi
  '';
}
