# Which components go in together, and in which order; each is a folder of k8s/.
[
  {
    name = "system";
    components = ["coredns" "local-path-provisioner" "metrics-server"];
  }
  {
    name = "services";
    components = ["hello"];
  }
]
