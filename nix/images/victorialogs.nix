# The static program and the licences of what it is made of.
{
  victorialogs,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [victorialogs];
      symlinks = [
        {
          target = "${victorialogs}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${victorialogs}/bin/victoria-logs";
          link = "/bin/victoria-logs";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/victoria-logs"];
    user = user.name;
  };
}
