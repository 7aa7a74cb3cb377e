# Distribution's registry: images that others have made, for the node and for every client of images.
{
  role = "registry";
  wave = "system";
  after = ["local-path-provisioner"];
  endpoint = "http://127.0.0.1:5000";
  service = "http://registry.registry.svc:5000";
  health = "/v2/";
  process = "registry";
  scrape = ["registry"];
  seconds = 60;
}
