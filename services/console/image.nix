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
      inherit (console-page) bill;
      files = [
        {
          source = "${console-page}/page";
          target = "/srv/console";
        }
        {
          source = "${console-page}/share/licenses/console-page";
          target = "/usr/share/licenses/console-page";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/groundwork-console"];
    user = user.name;
  };
}
