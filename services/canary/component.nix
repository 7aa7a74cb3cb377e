# The canary: sends a line, a span, a figure and a record around, and says how old the newest is that came back.
{
  role = "canary";
  wave = "services";
  after = ["kafka" "opentelemetry-collector"];
  service = "http://canary.observability.svc";
  process = "canary";
  seconds = 30;
  scrape = ["canary"];
}
