# The static program and the licences of what it is made of.
{
  opentelemetry-collector,
  user,
}: {
  layers = [
    user.layer
    {
      store_paths = [opentelemetry-collector];
      symlinks = [
        {
          target = "${opentelemetry-collector}/share/licenses";
          link = "/usr/share/licenses";
        }
        {
          target = "${opentelemetry-collector}/bin/otelcol";
          link = "/bin/otelcol";
        }
      ];
    }
  ];
  config = {
    entrypoint = ["/bin/otelcol"];
    user = user.name;
  };
}
