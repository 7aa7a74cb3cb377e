# Kubernetes: the node's and the control plane's commands and kubectl, as one program with six names: they share most
# of their code (docs/decisions/0018-kubernetes-is-one-program.md).
{goProgram}:
goProgram {
  name = "kubernetes";
  folder = ./.;
  module = "k8s.io/kubernetes";
  commands.kubectl = ".";
  links = builtins.listToAttrs (map (name: {
    inherit name;
    value = "kubectl";
  }) ["kube-apiserver" "kube-controller-manager" "kube-scheduler" "kube-proxy" "kubelet"]);
  # NB: go.mod must have each command as a `tool`, or the vendored tree, which is made of go.mod alone, lacks it.
  patch = ''
    cp ${builtins.path {path = ./main.go;}} main.go
  '';
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
