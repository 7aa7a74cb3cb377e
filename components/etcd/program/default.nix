# etcd: the API server's store, and its client.
{goProgram}:
goProgram {
  name = "etcd";
  folder = ./.;
  module = "go.etcd.io/etcd/server/v3";
  commands = {
    etcd = "go.etcd.io/etcd/server/v3";
    etcdctl = "go.etcd.io/etcd/etcdctl/v3";
  };
}
