# Kubernetes: the node's and the control plane's commands, and kubectl.
{goProgram}:
goProgram {
  name = "kubernetes";
  folder = ./.;
  module = "k8s.io/kubernetes";
  commands = builtins.listToAttrs (map (command: {
    name = command;
    value = "k8s.io/kubernetes/cmd/${command}";
  }) ["kube-apiserver" "kube-controller-manager" "kube-scheduler" "kube-proxy" "kubelet" "kubectl"]);
  # NB: without these every command calls itself v0.0.0-master.
  ldflags = version: let
    part = builtins.elemAt (builtins.match "v([0-9]+)\\.([0-9]+)\\..*" version);
    set = package: [
      "-X ${package}.gitVersion=${version}"
      "-X ${package}.gitMajor=${part 0}"
      "-X ${package}.gitMinor=${part 1}"
      "-X ${package}.gitTreeState=clean"
    ];
  in
    set "k8s.io/component-base/version" ++ set "k8s.io/client-go/pkg/version";
}
