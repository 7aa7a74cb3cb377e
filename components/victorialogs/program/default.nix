# VictoriaLogs: the store of all logs.
{goProgram}:
goProgram {
  name = "victorialogs";
  folder = ./.;
  module = "github.com/VictoriaMetrics/VictoriaLogs";
  commands.victoria-logs = "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs";
  ldflags = version: ["-X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-logs-${version}"];
  patch = ''
    patch -p1 <${builtins.path {path = ./durable.patch;}}
  '';
}
