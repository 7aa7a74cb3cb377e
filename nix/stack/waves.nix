# Which components go in together, and in which order; each is a folder of k8s/.
[
  {
    name = "system";
    # The event bus with them: it starts while the others do, and what it needs of them it waits for.
    components = ["coredns" "local-path-provisioner" "metrics-server" "event-bus"];
    # What has to be on the bus once it is ready.
    topics = "event-bus/topics.yaml";
  }
  {
    name = "services";
    components = ["hello" "hello-publisher" "hello-consumer"];
  }
]
