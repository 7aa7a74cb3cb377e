# Prometheus and promtool: metrics, their rules, and the alerts that follow from them.
{goProgram}:
goProgram {
  name = "prometheus";
  folder = ./.;
  module = "github.com/prometheus/prometheus";
  commands = {
    prometheus = "github.com/prometheus/prometheus/cmd/prometheus";
    promtool = "github.com/prometheus/prometheus/cmd/promtool";
  };
  # Service discovery of clouds is a third of the program; files and lists of targets always work.
  tags = ["remove_all_sd" "enable_kubernetes_sd"];
  # NB: Prometheus 3.16.0 is the module v0.316.0.
  ldflags = version: let
    part = builtins.elemAt (builtins.match "v0\\.([0-9])0?([0-9]+)\\.([0-9]+)" version);
  in ["-X github.com/prometheus/common/version.Version=${part 0}.${part 1}.${part 2}"];
}
