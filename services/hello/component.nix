# The sample: three programs of one image that answer, publish and consume, as a service of yours would.
{
  role = "sample";
  wave = "services";
  after = ["kafka" "opentelemetry-collector" "gateway"];
  endpoint = "http://127.0.0.1:8081";
  process = "hello";
  seconds = 30;
  scrape = ["hello" "hello-publisher" "hello-consumer"];
}
