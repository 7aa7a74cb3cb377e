# VictoriaLogs: the store of all logs.
{
  role = "logs";
  wave = "system";
  after = ["observability" "local-path-provisioner"];
  endpoint = "http://127.0.0.1:9428";
  service = "http://victorialogs.observability.svc:9428";
  health = "/health";
  process = "victoria-logs";
  scrape = ["victorialogs"];
  seconds = 10;
  read_paths = {
    "select/logsql/query" = "query";
    "select/logsql/hits" = "query";
    "select/logsql/field_values" = "query";
    "select/logsql/stats_query_range" = "query";
    "select/logsql/tail" = "tail";
  };
}
