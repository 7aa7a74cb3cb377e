# etcd: what the API server keeps its objects in.
{
  role = "objects";
  scrape = ["etcd"];
  seconds = 45;
}
