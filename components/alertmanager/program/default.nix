# Alertmanager: groups alerts and sends them on.
{goProgram}:
goProgram {
  name = "alertmanager";
  folder = ./.;
  module = "github.com/prometheus/alertmanager";
  commands = {
    alertmanager = "github.com/prometheus/alertmanager/cmd/alertmanager";
    amtool = "github.com/prometheus/alertmanager/cmd/amtool";
  };
  ldflags = version: ["-X github.com/prometheus/common/version.Version=${builtins.substring 1 (-1) version}"];
  # NB: the module lacks the built page which it embeds, so it gets one of ours. Text is embedded as
  # gzip and Brotli; without a Brotli file a browser would get 404, so that answer becomes plain text.
  patch = ''
    page=vendor/github.com/prometheus/alertmanager/ui/app/dist
    mkdir -p $page
    gzip <${builtins.path {path = ./index.html;}} >$page/index.html.gz
    sed -i 's/return encBrotli/return encNone/' vendor/github.com/prometheus/alertmanager/ui/web.go
  '';
}
