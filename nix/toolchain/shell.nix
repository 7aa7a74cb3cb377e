# busybox with a link for each applet: the shell and the core tools of every build.
{
  # The platform.
  system,
  # Folder with bin/busybox.
  seed,
}:
derivation {
  name = "shell";
  inherit system;
  builder = "${seed}/bin/busybox";
  args = [
    "sh"
    "-euc"
    ''
      ${seed}/bin/busybox mkdir -p $out/bin
      for applet in $(${seed}/bin/busybox --list); do
        ${seed}/bin/busybox ln -s ${seed}/bin/busybox $out/bin/$applet
      done
    ''
  ];
}
