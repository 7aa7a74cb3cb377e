# containerd with its runc shim, and ctr to load images with.
{goProgram}:
goProgram {
  name = "containerd";
  folder = ./.;
  module = "github.com/containerd/containerd/v2";
  commands = builtins.listToAttrs (map (command: {
    name = command;
    value = "github.com/containerd/containerd/v2/cmd/${command}";
  }) ["containerd" "containerd-shim-runc-v2" "ctr"]);
  ldflags = version: ["-X github.com/containerd/containerd/v2/version.Version=${version}"];
}
