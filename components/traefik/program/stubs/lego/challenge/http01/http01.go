// Package http01 takes the option of a proof by HTTP.
package http01

import "time"

// PathPrefix is where an authority looks.
const PathPrefix = "/.well-known/acme-challenge/"

// Option is dropped.
type Option struct{}

// SetDelay is an option that is dropped.
func SetDelay(time.Duration) Option { return Option{} }
