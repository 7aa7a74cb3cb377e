// Package registration has what Traefik says for an account.
package registration

import (
	"context"

	"github.com/go-acme/lego/v5/acme"
)

// RegisterOptions go with a new account.
type RegisterOptions struct{ TermsOfServiceAgreed bool }

// RegisterEABOptions go with one that the authority knows already.
type RegisterEABOptions struct {
	TermsOfServiceAgreed bool
	Kid                  string
	HmacEncoded          string
}

// Registrar would get accounts.
type Registrar interface {
	Register(context.Context, RegisterOptions) (*acme.ExtendedAccount, error)
	RegisterWithExternalAccountBinding(context.Context, RegisterEABOptions) (*acme.ExtendedAccount, error)
}
