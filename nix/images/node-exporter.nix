# The static program and the licences of what it is made of.
{
  node-exporter,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [node-exporter];
      symlinks = [
        {
          target = "${node-exporter}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${node-exporter}/bin/node_exporter";
          link = "/bin/node_exporter";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/node_exporter"];
    user = user.name;
  };
}
