# local-path-provisioner: persistent volumes as folders of the node.
{goProgram}:
goProgram {
  name = "local-path-provisioner";
  folder = ./.;
  module = "github.com/rancher/local-path-provisioner";
  commands.local-path-provisioner = "github.com/rancher/local-path-provisioner";
  ldflags = version: ["-X main.VERSION=${version}"];
}
