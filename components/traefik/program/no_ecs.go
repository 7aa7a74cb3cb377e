// Package ecs without Amazon's clients.
package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// ProviderName is one of those that Traefik's options may name.
const ProviderName = "ecs"

// Provider knows no cluster.
type Provider struct{}

// Init refuses to be configured.
func (*Provider) Init() error {
	return errors.New("provider ecs is not built in")
}

// Provide is never reached.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error {
	return nil
}
