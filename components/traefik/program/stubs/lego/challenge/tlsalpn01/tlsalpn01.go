// Package tlsalpn01 takes the option of a proof by TLS. Traefik's TLS asks for the protocol's name.
package tlsalpn01

import (
	"errors"
	"time"
)

// ACMETLS1Protocol is what an authority speaks.
const ACMETLS1Protocol = "acme-tls/1"

// Option is dropped.
type Option struct{}

// SetDelay is an option that is dropped.
func SetDelay(time.Duration) Option { return Option{} }

// ChallengeBlocks makes no certificate.
func ChallengeBlocks(string, string) (certificate, key []byte, err error) {
	return nil, nil, errors.New("ACME is not built in")
}
