# The static program and the licences of what it is made of.
{
  traefik,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [traefik];
      symlinks = [
        {
          target = "${traefik}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${traefik}/bin/traefik";
          link = "/bin/traefik";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/traefik"];
    user = user.name;
  };
}
