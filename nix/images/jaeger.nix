# The static program and the licences of what it is made of.
{
  jaeger,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [jaeger];
      symlinks = [
        {
          target = "${jaeger}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${jaeger}/bin/jaeger";
          link = "/bin/jaeger";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/jaeger"];
    user = user.name;
  };
}
