# The OpenTelemetry Collector: takes in logs, metrics and traces of everything that runs, and hands them to their stores.
{
  role = "collector";
  wave = "system";
  after = ["victorialogs" "jaeger" "prometheus"];
  endpoint = "http://127.0.0.1:4318";
  service = "http://collector.observability-agents.svc:4318";
  health = "/";
  process = "otelcol";
  scrape = ["collector" "otel"];
  seconds = 125;
}
