# The canary on glibc. The program is copied out of its store path, so that the image changes
# only when the program's bits do.
{
  canary,
  glibc,
  user,
}: {
  layers = [
    user.layer
    glibc
    {
      files = [
        {
          source = "${canary}/bin/canary";
          target = "/bin/canary";
        }
        {
          source = "${canary}/share/licenses/canary.txt";
          target = "/usr/share/licenses/canary.txt";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/canary"];
    user = user.name;
  };
}
