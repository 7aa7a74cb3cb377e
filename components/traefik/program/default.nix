# Traefik: Ingress and Gateway API on one loopback port.
{goProgram}:
goProgram {
  name = "traefik";
  folder = ./.;
  module = "github.com/traefik/traefik/v3";
  commands.traefik = "github.com/traefik/traefik/v3/cmd/traefik";
  ldflags = version: ["-X github.com/traefik/traefik/v3/pkg/version.Version=${builtins.substring 1 (-1) version}"];
  # NB: what is replaced are clients of Amazon's containers, which nothing here asks; those for certificates are stubs
  # in go.mod already. What is removed would let plugins, which are Go source that is interpreted, call Go's
  # library: tables that every start fills, though there are no plugins here.
  # The stubs come with the vendored tree, which its hash alone names: an edit of one asks for a new vendor-hash.
  patch = ''
    cp -r ${builtins.path {path = ./stubs;}} ../stubs
    chmod -R u+w ../stubs
    rm ../stubs/*/go.mod
    diff -r ../stubs/lego vendor/github.com/go-acme/lego/v5
    diff -r ../stubs/ext vendor/github.com/traefik/traefik/dynamic/ext
    patch -p1 <${builtins.path {path = ./no-secrets.patch;}}
    rm vendor/github.com/traefik/traefik/v3/pkg/provider/ecs/*.go
    cp ${builtins.path {path = ./no_ecs.go;}} vendor/github.com/traefik/traefik/v3/pkg/provider/ecs/ecs.go
    (cd vendor/github.com/traefik/yaegi/stdlib && rm go1_*.go maptypes.go restricted.go wrapper-composed.go syscall/go1_*.go)
  '';
}
