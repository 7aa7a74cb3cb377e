# The Go that builds everything; Kubernetes' own go.mod asks for 1.26.
{
  # From nix/sources/go.nix.
  toolchain,
  # From nix/lib/platform.nix.
  platform,
}:
toolchain {
  version = "v0.0.1-go1.26.11.${platform.go}";
  hash =
    {
      linux-amd64 = "sha256-E1tmkSGsGBcH0YOqxocAtgIDp8CQz3gQv1q1un1J+ck=";
      linux-arm64 = "sha256-47aq/BI71gWvRDsF1jlihnnTnb5SYpryX4rBjRUN0CM=";
    }
    .${platform.go};
}
