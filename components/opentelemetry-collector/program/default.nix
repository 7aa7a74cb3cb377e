# The OpenTelemetry Collector, put together from builder-config.yaml by its own builder.
{goProgram}:
goProgram {
  name = "opentelemetry-collector";
  folder = ./.;
  module = "go.opentelemetry.io/collector/otelcol";
  commands.otelcol = "./otelcol";
  # NB: go.mod must have each part as a `tool`, or the vendored tree lacks it. The builder's own go.mod
  # would make the folder a module of its own.
  patch = ''
    go build -o builder go.opentelemetry.io/collector/cmd/builder
    ./builder --config ${builtins.path {path = ./builder-config.yaml;}} --skip-compilation --skip-get-modules
    rm -f otelcol/go.mod
  '';
}
