# What holds a pod's namespaces: catatonit in its pause mode, which also reaps what it adopts.
{pause}: {
  layers = [
    {
      inherit (pause) bill;
      files = [
        {
          source = "${pause}/bin/catatonit";
          target = "/bin/catatonit";
        }
        {
          source = "${pause}/share/licenses";
          target = "/usr/share/licenses";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/catatonit" "-P"];
    user = "65535:65535";
  };
}
