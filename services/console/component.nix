# The console: the page on which a person sees all of it, and its server.
{
  role = "ui";
  wave = "services";
  after = ["prometheus" "alertmanager" "victorialogs" "jaeger" "kafka" "gateway"];
  endpoint = "http://console.localhost:8080";
  process = "groundwork-console";
  scrape = ["console"];
  seconds = 50;
}
