# The server and its page, each in a layer of its own.
{
  glibc,
  crateLayer,
  program,
  console-page,
  user,
}: {
  layers = [
    user.layer
    glibc
    (crateLayer program)
    {
      store_paths = [console-page];
      symlinks = [
        {
          target = "${console-page}/page";
          link = "/srv/console";
        }
        {
          target = "${console-page}/share/licenses/console-page";
          link = "/usr/share/licenses/console-page";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/groundwork-console"];
    user = user.name;
  };
}
