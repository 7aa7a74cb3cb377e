# The Go that builds everything; Kubernetes' own go.mod asks for 1.26.
{
  # From nix/sources/go.nix.
  toolchain,
  ...
}:
toolchain {
  version = "v0.0.1-go1.26.11.linux-amd64";
  hash = "sha256-E1tmkSGsGBcH0YOqxocAtgIDp8CQz3gQv1q1un1J+ck=";
}
