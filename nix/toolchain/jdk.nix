# Debian's JDK: for Maven, and to make small runtimes with jlink.
{
  # From nix/lib/platform.nix.
  platform,
  # From relocate.nix and unpack.nix.
  relocate,
  unpack,
  # Sources of set `jdk`.
  packages,
}:
relocate {
  name = "jdk";
  tree = unpack {
    name = "jdk-tree";
    inherit packages;
  };
  after = ''
    home=usr/lib/jvm/java-17-openjdk-${platform.debian}
    # NB: the JDK's libraries find each other by where they are.
    find $home -type f \( -perm -100 -o -name '*.so' \) | while read -r file; do
      patchelf --force-rpath --set-rpath "\$ORIGIN:\$ORIGIN/server:\$ORIGIN/../lib:$rpath" "$file" 2>/dev/null || true
    done
    ln -s $out/$home/bin/* usr/bin/
  '';
}
