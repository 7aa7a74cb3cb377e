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
    # Debian's Python looks for certificate authorities where Debian alone has them, and only with another package.
    if [ -z "''${SSL_CERT_FILE:-}" ] && [ -r /etc/ssl/certs/ca-certificates.crt ]; then
      export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
    fi
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
