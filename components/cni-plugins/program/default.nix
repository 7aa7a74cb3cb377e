# The CNI plugins that the node's network is made of.
{goProgram}:
goProgram {
  name = "cni-plugins";
  folder = ./.;
  module = "github.com/containernetworking/plugins";
  commands = builtins.mapAttrs (_name: path: "github.com/containernetworking/plugins/plugins/${path}") {
    bridge = "main/bridge";
    host-local = "ipam/host-local";
    loopback = "main/loopback";
    portmap = "meta/portmap";
  };
  ldflags = version: ["-X github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=${version}"];
}
