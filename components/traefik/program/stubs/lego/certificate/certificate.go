// Package certificate has what Traefik asks for.
package certificate

import (
	"context"

	"github.com/go-acme/lego/v5/certcrypto"
)

// ObtainRequest asks for a certificate.
type ObtainRequest struct {
	Domains          []string
	Bundle           bool
	EmailAddresses   []string
	Profile          string
	PreferredChain   string
	EnableCommonName bool
	KeyType          certcrypto.KeyType
}

// RenewOptions go with a certificate that is asked for anew.
type RenewOptions struct {
	Bundle           bool
	EmailAddresses   []string
	Profile          string
	PreferredChain   string
	EnableCommonName bool
}

// Resource is a certificate.
type Resource struct {
	ID          string
	Domains     []string
	PrivateKey  []byte
	Certificate []byte
}

// Certifier would get certificates.
type Certifier interface {
	Obtain(context.Context, ObtainRequest) (*Resource, error)
	Renew(context.Context, Resource, *RenewOptions) (*Resource, error)
}
