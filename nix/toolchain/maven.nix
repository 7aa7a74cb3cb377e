# Debian's Maven on our JDK; scripts/fetch-sources.sh alone uses it.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # For the wrapper's first line.
  shell,
  # From relocate.nix and unpack.nix.
  relocate,
  unpack,
  # From jdk.nix.
  jdk,
  # Sources of set `maven`.
  packages,
}: let
  tree = relocate {
    name = "maven-tree";
    tree = unpack {
      name = "maven-unpacked";
      inherit packages;
    };
  };
in
  build {
    name = "maven";
    script = ''
      mkdir -p $out/bin
      {
        echo "#!${shell}/bin/sh"
        echo "export JAVA_HOME=${jdk}/usr/lib/jvm/java-17-openjdk-${platform.debian}"
        echo "exec ${shell}/bin/sh ${tree}/usr/share/maven/bin/mvn \"\$@\""
      } >$out/bin/mvn
      chmod +x $out/bin/mvn
    '';
  }
