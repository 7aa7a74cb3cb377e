# Kafka on a small Java runtime: one layer for the runtime, one for the jars.
{
  kafka,
  kafka-ready,
  jre,
  runtime,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [runtime jre];
      symlinks = [
        {
          target = "${jre}/bin/java";
          link = "/bin/java";
        }
        {
          target = "${runtime}/share/licenses";
          link = "/usr/share/licenses/runtime";
        }
        {
          target = "${jre}/share/licenses";
          link = "/usr/share/licenses/jre";
        }
      ];
    }
    {
      store_paths = [kafka kafka.jars];
      symlinks = [
        {
          target = "${kafka}";
          link = "/usr/share/kafka";
        }
        {
          target = "${kafka}/share/licenses/kafka";
          link = "/usr/share/licenses/kafka";
        }
      ];
    }
    {
      # Copied out of its store path, so that the broker restarts only when the program's bits change.
      files = [
        {
          source = "${kafka-ready}/bin/kafka-ready";
          target = "/bin/kafka-ready";
        }
        {
          source = "${kafka-ready}/share/licenses/kafka-ready.txt";
          target = "/usr/share/licenses/kafka-ready.txt";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/java" "@/usr/share/kafka/java.args"];
    user = user.name;
  };
}
