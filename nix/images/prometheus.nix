# The static programs and the licences of what they are made of.
{
  prometheus,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [prometheus];
      symlinks = [
        {
          target = "${prometheus}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${prometheus}/bin/prometheus";
          link = "/bin/prometheus";
        }
        {
          target = "${prometheus}/bin/promtool";
          link = "/bin/promtool";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/prometheus"];
    user = user.name;
  };
}
