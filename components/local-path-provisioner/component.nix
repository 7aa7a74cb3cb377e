# local-path-provisioner: a folder of the machine for each claim.
{
  role = "volumes";
  wave = "system";
  after = ["coredns" "local-path-helper"];
  process = "local-path-provisioner";
  seconds = 50;
}
