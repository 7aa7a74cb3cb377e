# An example: all that a component can be, as small as it can be.
{
  role = "example";
  wave = "services";
  after = ["prometheus"];
  endpoint = "http://127.0.0.1:8099";
  service = "http://example.example.svc:8099";
  health = "/metrics.txt";
  process = "httpd";
  scrape = ["example"];
  read_paths."metrics.txt" = "get";
  seconds = 1;
}
