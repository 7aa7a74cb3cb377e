# kustomize: renders a folder of Kubernetes YAML, for what follows a Git repository.
{goProgram}:
goProgram {
  name = "kustomize";
  folder = ./.;
  module = "sigs.k8s.io/kustomize/kustomize/v5";
  commands.kustomize = "sigs.k8s.io/kustomize/kustomize/v5";
  ldflags = version: ["-X sigs.k8s.io/kustomize/api/provenance.version=${version}"];
}
