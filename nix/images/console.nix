# The console on glibc, and its page. The program is copied out of its store path, so that the image changes
# only when the program's bits do.
{
  groundwork-console,
  console-page,
  glibc,
  user,
}: {
  layers = [
    user.layer
    glibc
    {
      files = [
        {
          source = "${groundwork-console}/bin/groundwork-console";
          target = "/bin/groundwork-console";
        }
        {
          source = "${groundwork-console}/share/licenses/groundwork-console.txt";
          target = "/usr/share/licenses/groundwork-console.txt";
        }
      ];
    }
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
