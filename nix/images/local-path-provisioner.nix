# The static program and the licences of what it is made of.
{
  local-path-provisioner,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [local-path-provisioner];
      symlinks = [
        {
          target = "${local-path-provisioner}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${local-path-provisioner}/bin/local-path-provisioner";
          link = "/bin/local-path-provisioner";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/local-path-provisioner"];
    user = user.name;
  };
}
