// What Traefik calls of lego, which gets certificates by ACME. Nothing here has one, and lego brings
// the clients of every DNS host. Whoever asks for a certificate is told so by lego.NewClient.
module github.com/go-acme/lego/v5

go 1.26.0
