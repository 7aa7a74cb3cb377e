# The first program: Debian's static busybox, which unpacks everything else.
#
# In the sandbox nothing exists yet that could unpack the package. So the script unpacks it, and the
# folder is pinned by its own hash.
{
  # From source.nix, with no seed.
  source,
  # The lock's entry of busybox-static, as debian.nix reads it.
  package,
  # From nix/lib/platform.nix.
  platform,
}:
source {
  kind = "seed";
  name = "busybox-seed";
  # NB: Nix starts a builder under its base name, and busybox picks its applet by that name.
  tree = true;
  hash =
    {
      amd64 = "sha256-SUza0DfPfQp17oFvwGC5JmPeEwlgKv9DwvnOVdreTEA=";
      arm64 = "sha256-Bj1UObdzWF3b8DMkYRrWR0LfLcUsINBY3gKokoYqA1k=";
    }
    .${platform.debian};
  details = {
    inherit (package.source) version;
    package = "busybox-static";
  };
}
