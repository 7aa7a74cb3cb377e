# Kafka on a small Java runtime: one layer for the runtime, one for the jars.
{
  crateLayer,
  kafka,
  kafka-broker,
  jre,
  runtime,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [runtime jre];
      bill = runtime.bill ++ jre.bill;
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
      inherit (kafka) bill;
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
    (crateLayer kafka-broker)
  ];
  config = {
    entrypoint = ["/bin/kafka-broker"];
    user = user.name;
  };
}
