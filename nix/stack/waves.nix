# Which components go in together, and in which order; each is a folder of k8s/, but for gateway-api, which comes
# from nix/packages.
[
  {
    name = "system";
    # Event bus and observability with them: they start while the others do, and what they need of them they wait for.
    components = ["api-server" "network" "admission" "coredns" "local-path-provisioner" "metrics-server" "gateway-api" "ingress" "event-bus" "observability"];
    # What has to be on the bus once it is ready.
    topics = "event-bus/topics.yaml";
    # The secrets that the services of the next wave need.
    secrets = "hello/secrets.yaml";
  }
  {
    name = "services";
    components = ["ingress/gateway" "hello" "hello-publisher" "hello-consumer" "canary" "console"];
  }
]
