# Jaeger: the store of all traces.
{goProgram}:
goProgram {
  name = "jaeger";
  folder = ./.;
  module = "github.com/jaegertracing/jaeger";
  commands.jaeger = "github.com/jaegertracing/jaeger/cmd/jaeger";
  ldflags = version: ["-X github.com/jaegertracing/jaeger/internal/version.latestVersion=${version}"];
  # Without the typed client of Elasticsearch, which Jaeger does not use: 800 of its 2300 packages.
  # And Badger's tables and cache, which no setting of Jaeger reaches, sized for one machine: its own
  # sizes are 5 tables of 64 MB, 256 MB of cache and value logs of 1 GB.
  patch = ''
    sed -i '/"github.com\/elastic\/go-elasticsearch\/v9\/typedapi"/d; /^type TypedClient struct/,/^}/d; /^func NewTypedClient(/,/^}/d' \
      vendor/github.com/elastic/go-elasticsearch/v9/elasticsearch.go
    sed -i 's/badger.DefaultOptions("")/&.WithMemTableSize(16 << 20).WithNumMemtables(3).WithBlockCacheSize(64 << 20).WithValueLogFileSize(64 << 20)/' \
      vendor/github.com/jaegertracing/jaeger/internal/storage/v1/badger/factory.go
  '';
}
