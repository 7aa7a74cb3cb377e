# CoreDNS: names of services and pods.
{
  role = "dns";
  wave = "system";
  after = ["pause"];
  process = "coredns";
  scrape = ["coredns"];
  seconds = 85;
}
