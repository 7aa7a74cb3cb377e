# One derivation from a shell script: the only way in which this package base builds anything.
{
  # The platform that it runs on.
  system,
  # Folder with busybox and a link for each of its applets.
  shell,
}: {
  # Name of the store path.
  name,
  # Body of the build; `$out` is the result. Runs with errexit and nounset.
  script,
  # Store paths whose bin folders go on the PATH, before busybox' own.
  tools ? [],
  # Environment of the build; a value that is a derivation becomes an input.
  env ? {},
}:
derivation ({
    inherit name system;
    builder = "${shell}/bin/sh";
    # NB: a store path's times are all 1; SOURCE_DATE_EPOCH keeps tools to the same.
    args = ["-euc" script];
    PATH = builtins.concatStringsSep ":" (map (tool: "${tool}/bin") (tools ++ [shell]));
    SOURCE_DATE_EPOCH = "1";
  }
  // env)
