# What a platform calls its things.
#
# NB: aarch64-linux evaluates and has never been built: no such machine was there.
{
  # The platform, as in `x86_64-linux`.
  system,
}:
{
  x86_64-linux = {
    # The folder of Debian's libraries.
    triplet = "x86_64-linux-gnu";
    # glibc's own loader.
    loader = "ld-linux-x86-64.so.2";
    debian = "amd64";
    go = "linux-amd64";
    npm = "linux-x64";
    wheels = "x86_64";
  };
  aarch64-linux = {
    triplet = "aarch64-linux-gnu";
    loader = "ld-linux-aarch64.so.1";
    debian = "arm64";
    go = "linux-arm64";
    npm = "linux-arm64";
    wheels = "aarch64";
  };
}
.${system}
