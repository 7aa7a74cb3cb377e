# A shell of `nix develop`: its tools, completion, the running cluster's kubeconfig, and the Git hooks.
{
  # The platform.
  system,
  # From nix/toolchain.
  build,
  unpack,
  bash,
  # From nix/sources.
  debian,
  # From nix/toolchain and components.
  gitleaks,
  kubernetes,
  # The launcher with its stack.
  launcher,
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
  {
    # Name of the derivation.
    name,
    # What goes on the PATH between the launcher and bash: packages, each by its bin folder.
    tools,
    # Shell commands at the end; $project is the clone's folder, or empty outside of one.
    hook ? "",
  }:
    derivation {
      inherit name system stdenv;
      # NB: the script with which `nix develop` replaces ours goes through the outputs by this list.
      outputs = ["out"];
      builder = "${bash}/bin/bash";
      # Its output names all that the shell needs, so that a binary cache brings that along.
      args = ["-c" "echo \"$stdenv $PATH $shellHook\" >$out"];
      PATH = builtins.concatStringsSep ":" (map (tool: "${tool}/bin") ([launcher] ++ tools ++ [bash]));
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
        [ -x "$project/scripts/install-git-hooks.sh" ] || project=
        if [ -n "$project" ]; then
          "$project/scripts/install-git-hooks.sh" --gitleaks ${gitleaks} || true
        fi
        ${hook}
        unset project
        if [ -n "''${PS1:-}" ]; then
          . ${completion}/bash_completion
          . ${completion}/kubectl
          . ${launcher}/share/bash-completion/completions/groundwork
        fi
      '';
    }
