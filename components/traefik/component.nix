# Traefik: Ingress and Gateway API on one loopback port.
{
  role = "ingress";
  wave = "system";
  after = ["coredns" "gateway-api"];
  endpoint = "http://127.0.0.1:8080";
  process = "traefik";
  scrape = ["traefik"];
  seconds = 115;
}
