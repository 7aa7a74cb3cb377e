# Jaeger: the store of all traces.
{
  role = "traces";
  wave = "system";
  after = ["observability" "local-path-provisioner"];
  endpoint = "http://127.0.0.1:16686";
  service = "http://jaeger.observability.svc:16686";
  health = "/api/v3/services";
  process = "jaeger";
  scrape = ["jaeger"];
  seconds = 135;
  read_paths = {
    "api/traces" = "get";
    "api/v3/services" = "get";
    "api/v3/operations" = "get";
    "api/v3/traces" = "get";
    "api/v3/traces/*" = "get";
  };
}
