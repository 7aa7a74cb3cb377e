# metrics-server: what `kubectl top` and autoscalers read.
{
  role = "resource-metrics";
  wave = "system";
  after = ["coredns"];
  process = "metrics-server";
  seconds = 95;
}
