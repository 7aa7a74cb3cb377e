# CoreDNS: names of services and pods.
{goProgram}:
goProgram {
  name = "coredns";
  folder = ./.;
  module = "github.com/coredns/coredns";
  commands.coredns = "github.com/coredns/coredns";
}
