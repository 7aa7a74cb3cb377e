# node_exporter: what the machine itself is doing.
{
  role = "machine-metrics";
  wave = "system";
  after = ["observability"];
  process = "node_exporter";
  scrape = ["node-exporter"];
  seconds = 10;
}
