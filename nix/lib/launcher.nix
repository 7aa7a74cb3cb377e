# The launcher with its stack: `groundwork`, and one command for each app of the flake.
{
  # From build.nix.
  build,
  # For the first line of the commands.
  shell,
  # The workspace's program.
  groundwork,
  # From nix/stack.
  stack,
  # The names of the commands that are apps.
  commands,
}:
build {
  name = "groundwork";
  script = ''
    mkdir -p $out/bin
    {
      echo "#!${shell}/bin/sh"
      # NB: a stack that the caller names wins, as on the command line.
      echo "export GROUNDWORK_STACK=\''${GROUNDWORK_STACK:-${stack}/stack.json}"
      echo "exec ${groundwork}/bin/groundwork \"\$@\""
    } >$out/bin/groundwork
    chmod +x $out/bin/groundwork
    # Where each shell looks for completions below a prefix.
    while read -r shell file; do
      mkdir -p "$out/share/''${file%/*}"
      ${groundwork}/bin/groundwork completion $shell >$out/share/$file
    done <<'END'
    bash bash-completion/completions/groundwork
    zsh zsh/site-functions/_groundwork
    fish fish/vendor_completions.d/groundwork.fish
    END
    ln -s ${stack}/stack.json $out/share/stack.json
    mkdir -p $out/libexec
    for command in ${toString commands}; do
      printf '#!%s\nexec %s %s "$@"\n' ${shell}/bin/sh $out/bin/groundwork $command >$out/libexec/$command
      chmod +x $out/libexec/$command
    done
  '';
}
