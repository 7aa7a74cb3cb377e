# `nix develop`: the pinned tools, completion for kubectl, the running cluster's kubeconfig, and the Git hooks.
{
  # The platform.
  system,
  # From nix/toolchain.
  build,
  unpack,
  bash,
  cc,
  go,
  # From nix/sources.
  debian,
  # From nix/toolchain and components.
  gitleaks,
  kubernetes,
  nix-tools,
  # The launcher with its stack, and the cargo loop.
  launcher,
  dev,
}: let
  completion = build {
    name = "completion";
    tools = [kubernetes];
    script = ''
      mkdir -p $out
      cp ${unpack {
        name = "bash-completion-tree";
        packages = debian "shell";
      }}/usr/share/bash-completion/bash_completion $out/
      HOME=$PWD kubectl completion bash >$out/kubectl
    '';
  };
  # NB: `nix develop` sources $stdenv/setup, and takes the builder for the shell if it is a bash.
  stdenv = build {
    name = "stdenv";
    script = ''
      mkdir $out
      : >$out/setup
    '';
  };
in
  derivation {
    name = "groundwork-shell";
    inherit system stdenv;
    # NB: the script with which `nix develop` replaces ours goes through the outputs by this list.
    outputs = ["out"];
    builder = "${bash}/bin/bash";
    args = ["-c" ": >$out"];
    PATH = builtins.concatStringsSep ":" (map (tool: "${tool}/bin") [launcher dev kubernetes cc go nix-tools gitleaks bash]);
    shellHook = ''
      state=''${GROUNDWORK_STATE_DIR:-/var/lib/groundwork}
      # NB: without one kubectl asks 127.0.0.1:8080, where the console's page answers.
      if [ -z "''${KUBECONFIG:-}" ]; then
        export KUBECONFIG=$state/kubeconfig
        if [ ! -r "$KUBECONFIG" ] && [ -d /run/groundwork ]; then
          KUBECONFIG=''${HOME:-}/.kube/groundwork
          if [ ! -r "$KUBECONFIG" ]; then
            echo "kubectl: root alone may read $state/kubeconfig" >&2
            echo "hint: (umask 077; mkdir -p ~/.kube; groundwork kubectl config view --raw >~/.kube/groundwork) makes a copy of your own" >&2
          fi
        fi
      fi
      unset state
      # A proxy of the person's does not reach what is on this machine: loopback, and the stack's own addresses.
      NO_PROXY="''${NO_PROXY:-''${no_proxy:-}}"
      export NO_PROXY="''${NO_PROXY:+$NO_PROXY,}localhost,.localhost,127.0.0.1,::1,10.213.0.0/16"
      export no_proxy="$NO_PROXY"
      # NB: `nix develop` may be run for this flake from within another project.
      project=$(git rev-parse --show-toplevel 2>/dev/null) || project=
      if [ -x "$project/scripts/install-git-hooks.sh" ]; then
        "$project/scripts/install-git-hooks.sh" --gitleaks ${gitleaks} || true
      fi
      unset project
      if [ -n "''${PS1:-}" ]; then
        . ${completion}/bash_completion
        . ${completion}/kubectl
      fi
    '';
  }
