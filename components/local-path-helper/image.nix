# busybox, for the shell lines with which local-path-provisioner makes and removes a folder.
{local-path-helper}: {
  layers = [
    {
      store_paths = [local-path-helper];
      symlinks = [
        {
          target = "${local-path-helper}/bin";
          link = "/bin";
        }
        {
          target = "${local-path-helper}/share/licenses";
          link = "/usr/share/licenses";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/sh"];
    env.PATH = "/bin";
  };
}
