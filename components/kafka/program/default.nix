# Apache Kafka: the jars of its pom.xml, and the class path as arguments of java.
{
  # From nix/lib/build.nix.
  build,
  # From nix/sources/maven.nix.
  maven,
}: let
  jars = maven {
    name = "kafka";
    folder = ./.;
  };
  kafka = build {
    name = "kafka";
    script = ''
      mkdir -p $out
      # NB: in a fixed order, and each by its name: a '*' would follow the file system's order.
      echo "-cp $(ls ${jars}/*.jar | tr '\n' ':')" >$out/java.args
      ln -s ${jars}/jmx_prometheus_javaagent-*.jar $out/jmx_prometheus_javaagent.jar
      for jar in ${jars}/*.jar; do
        folder=$out/share/licenses/kafka/$(basename $jar .jar)
        mkdir -p $folder
        # NB: unzip is content with a file that is not there.
        for file in META-INF/LICENSE META-INF/LICENSE.txt META-INF/NOTICE META-INF/NOTICE.txt LICENSE NOTICE; do
          unzip -qp $jar $file >text 2>/dev/null || true
          [ ! -s text ] || cat text >>$folder/''${file##*/}
        done
        # What a jar does not carry, its project's description names.
        if [ -z "$(ls $folder)" ]; then
          unzip -qp $jar 'META-INF/maven/*/pom.xml' >text 2>/dev/null || true
          [ ! -s text ] || cp text $folder/pom.xml
        fi
      done
    '';
  };
in
  kafka
  // {
    inherit jars;
    bill = [
      {
        kind = "maven";
        inherit jars;
        names = ./jars;
        licences = "${kafka}/share/licenses/kafka";
      }
    ];
  }
