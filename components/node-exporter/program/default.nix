# node_exporter: the machine's own metrics.
{goProgram}:
goProgram {
  name = "node-exporter";
  folder = ./.;
  module = "github.com/prometheus/node_exporter";
  commands.node_exporter = "github.com/prometheus/node_exporter";
  # Collectors that talk to daemons or devices which a node of ours does not have.
  tags = map (collector: "no${collector}") ["ethtool" "infiniband" "logind" "ntp" "perf" "qdisc" "runit" "supervisord" "systemd" "wifi" "zfs"];
  ldflags = version: ["-X github.com/prometheus/common/version.Version=${builtins.substring 1 (-1) version}"];
}
