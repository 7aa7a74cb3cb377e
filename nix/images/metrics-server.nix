# The static program and the licences of what it is made of.
{
  metrics-server,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [metrics-server];
      symlinks = [
        {
          target = "${metrics-server}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${metrics-server}/bin/metrics-server";
          link = "/bin/metrics-server";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/metrics-server"];
    user = user.name;
  };
}
