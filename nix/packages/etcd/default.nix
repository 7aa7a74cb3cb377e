# etcd: the API server's store.
{goProgram}:
goProgram {
  name = "etcd";
  folder = ./.;
  module = "go.etcd.io/etcd/server/v3";
  commands.etcd = "go.etcd.io/etcd/server/v3";
}
