# Prometheus: metrics, their rules, and the alerts that follow from them.
{
  role = "metrics";
  wave = "system";
  after = ["observability" "local-path-provisioner"];
  endpoint = "http://127.0.0.1:9090";
  service = "http://prometheus.observability.svc:9090";
  health = "/-/ready";
  process = "prometheus";
  scrape = ["prometheus"];
  seconds = 130;
  read_paths = {
    "api/v1/query" = "query";
    "api/v1/query_range" = "query";
    "api/v1/label/*/values" = "get";
    "api/v1/rules" = "get";
    "api/v1/metadata" = "get";
  };
}
