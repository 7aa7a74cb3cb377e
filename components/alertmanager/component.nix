# Alertmanager: groups alerts and sends them on.
{
  role = "alerts";
  wave = "system";
  after = ["observability" "local-path-provisioner"];
  endpoint = "http://127.0.0.1:9093";
  service = "http://alertmanager.observability.svc:9093";
  health = "/-/ready";
  process = "alertmanager";
  scrape = ["alertmanager"];
  seconds = 35;
  read_paths = {
    "api/v2/silences" = "get";
  };
}
