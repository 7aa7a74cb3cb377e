# PostgreSQL, with a shell for its own programs and for k8s/initialise.sh.
{
  glibc,
  postgresql,
  user,
}: {
  layers = [
    user.layer
    glibc
    {
      store_paths = [postgresql];
      inherit (postgresql) bill;
      symlinks = [
        {
          target = "${postgresql}/usr/bin";
          link = "/bin";
        }
        # Where Debian's build looks for them.
        {
          target = "${postgresql}/usr/lib/locale";
          link = "/usr/lib/locale";
        }
        {
          target = "${postgresql}/usr/share/zoneinfo";
          link = "/usr/share/zoneinfo";
        }
        {
          target = "${postgresql}/usr/share/licenses";
          link = "/usr/share/licenses/postgresql";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/postgres"];
    user = user.name;
    env.PATH = "/bin";
  };
}
