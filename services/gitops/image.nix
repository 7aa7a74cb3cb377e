# The program with what it calls: git, both ways over HTTP, and kustomize.
{
  glibc,
  crateLayer,
  git,
  kustomize,
  program,
  user,
}: {
  layers = [
    user.layer
    glibc
    {
      store_paths = [git];
      inherit (git) bill;
      symlinks = [
        {
          target = "${git}/usr/bin/git";
          link = "/bin/git";
        }
        # Where it looks for its own other programs.
        {
          target = "${git}/usr/lib/git-core";
          link = "/usr/lib/git-core";
        }
        # Where git looks for those whom the web trusts.
        {
          target = "${git}/usr/share/certificates.crt";
          link = "/etc/ssl/certs/ca-certificates.crt";
        }
        {
          target = "${git}/usr/share/licenses";
          link = "/usr/share/licenses/git";
        }
      ];
    }
    {
      bill = map (source: source // {only = ["kustomize"];}) kustomize.bill;
      files = [
        {
          source = "${kustomize}/bin/kustomize";
          target = "/bin/kustomize";
        }
        {
          source = "${kustomize}/share/licenses";
          target = "/usr/share/licenses";
        }
      ];
    }
    (crateLayer program)
  ];
  config = {
    entrypoint = ["/bin/gitops"];
    user = user.name;
    env = {
      PATH = "/bin";
      HOME = "/tmp";
      GIT_CONFIG_NOSYSTEM = "1";
    };
  };
}
