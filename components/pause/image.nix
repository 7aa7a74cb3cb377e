# What holds a pod's namespaces: catatonit in its pause mode, which also reaps what it adopts.
{pause}: {
  layers = [
    {
      store_paths = [pause];
      symlinks = [
        {
          target = "${pause}/share/licenses";
          link = "/usr/share/licenses";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["${pause}/bin/catatonit" "-P"];
    user = "65535:65535";
  };
}
