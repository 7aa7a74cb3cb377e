# The static programs and the licences of what they are made of.
{
  alertmanager,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [alertmanager];
      symlinks = [
        {
          target = "${alertmanager}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${alertmanager}/bin/alertmanager";
          link = "/bin/alertmanager";
        }
        {
          target = "${alertmanager}/bin/amtool";
          link = "/bin/amtool";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/alertmanager"];
    user = user.name;
  };
}
