# busybox, for the shell lines with which local-path-provisioner makes and removes a folder.
{local-path-helper}: {
  layers = [
    {
      inherit (local-path-helper) bill;
      files = [
        {
          source = "${local-path-helper}/bin";
          target = "/bin";
        }
        {
          source = "${local-path-helper}/share/licenses";
          target = "/usr/share/licenses";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/sh"];
    env.PATH = "/bin";
  };
}
