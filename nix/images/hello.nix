# Our own service on glibc. The program is copied out of its store path, so that the image changes
# only when the program's bits do.
{
  hello,
  glibc,
  user,
}: {
  layers = [
    user.layer
    glibc
    {
      files = [
        {
          source = "${hello}/bin/hello";
          target = "/bin/hello";
        }
        {
          source = "${hello}/share/licenses/hello.txt";
          target = "/usr/share/licenses/hello.txt";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/hello"];
    user = user.name;
  };
}
