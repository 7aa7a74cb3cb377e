// Package challenge has the interface of those who prove a name to an authority.
package challenge

import "context"

// Provider is one of them; two are Traefik's own.
type Provider interface {
	Present(ctx context.Context, domain, token, keyAuth string) error
	CleanUp(ctx context.Context, domain, token, keyAuth string) error
}
