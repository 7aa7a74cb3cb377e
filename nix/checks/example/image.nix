# The program, and the page that it serves.
{
  staticImage,
  user,
}: let
  spec = staticImage ["httpd"];
in
  spec
  // {
    layers =
      spec.layers
      ++ [
        {
          text = [
            {
              target = "/srv/metrics.txt";
              content = ''
                # HELP example_figure A figure.
                # TYPE example_figure gauge
                example_figure 1
              '';
            }
          ];
        }
      ];
    config = {
      entrypoint = ["/bin/httpd" "-f" "-h" "/srv"];
      user = user.name;
    };
  }
