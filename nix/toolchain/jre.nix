# A Java runtime with the modules that the stack's programs use, without a desktop's.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # From relocate.nix.
  relocate,
  # glibc and libgcc.
  runtime,
  # From jdk.nix.
  jdk,
}: let
  modules = [
    "java.base"
    # java.beans, for the YAML parser of the Prometheus exporter.
    "java.desktop"
    "java.instrument"
    "java.logging"
    "java.management"
    "java.naming"
    "java.rmi"
    "java.security.jgss"
    "java.security.sasl"
    "java.sql"
    "java.xml"
    "jdk.crypto.ec"
    "jdk.httpserver"
    "jdk.management"
    "jdk.unsupported"
  ];
in
  relocate {
    name = "jre";
    tree = build {
      name = "jre-linked";
      tools = [jdk];
      script = ''
        jlink --add-modules ${builtins.concatStringsSep "," modules} \
          --strip-java-debug-attributes --no-header-files --no-man-pages --output $out
        chmod -R u+w $out
        for library in libz.so.1 libstdc++.so.6; do
          cp -L ${jdk}/usr/lib/${platform.triplet}/$library $out/lib/
        done
        mkdir -p $out/share/licenses
        for package in openjdk-17-jre-headless zlib1g libstdc++6; do
          mkdir $out/share/licenses/$package
          cp -L ${jdk}/usr/share/doc/$package/copyright $out/share/licenses/$package/
        done
      '';
    };
    after = ''
      find . -type f \( -perm -100 -o -name '*.so' -o -name '*.so.*' \) | while read -r file; do
        patchelf --force-rpath --set-rpath "\$ORIGIN:\$ORIGIN/server:\$ORIGIN/../lib:${runtime}/lib" "$file" 2>/dev/null || true
      done
    '';
  }
