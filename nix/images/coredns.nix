# The static program and the licences of what it is made of.
{
  coredns,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [coredns];
      symlinks = [
        {
          target = "${coredns}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${coredns}/bin/coredns";
          link = "/bin/coredns";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/coredns"];
    user = user.name;
  };
}
