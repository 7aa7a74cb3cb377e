# metrics-server: the resource metrics API, which `kubectl top` and autoscaling read.
{goProgram}:
goProgram {
  name = "metrics-server";
  folder = ./.;
  module = "sigs.k8s.io/metrics-server";
  commands.metrics-server = "sigs.k8s.io/metrics-server/cmd/metrics-server";
  ldflags = version: ["-X k8s.io/client-go/pkg/version.gitVersion=${version}"];
}
