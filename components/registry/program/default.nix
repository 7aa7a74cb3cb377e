# Distribution's registry: images of others, by the protocol that every client of images speaks.
{goProgram}:
goProgram {
  name = "registry";
  folder = ./.;
  module = "github.com/distribution/distribution/v3";
  commands.registry = "github.com/distribution/distribution/v3/cmd/registry";
  ldflags = version: ["-X github.com/distribution/distribution/v3/version.version=${version}"];
  # Without the stores of three clouds, which are most of the program: images lie on a volume.
  patch = ''
    sed -i -E '/storage\/driver\/(azure|gcs|s3-aws|middleware\/cloudfront)"/d' \
      vendor/github.com/distribution/distribution/v3/cmd/registry/main.go
  '';
}
