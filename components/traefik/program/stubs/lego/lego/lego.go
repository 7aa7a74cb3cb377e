// Package lego has the client, of which there is none.
package lego

import (
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"github.com/go-acme/lego/v5/certificate"
	"github.com/go-acme/lego/v5/challenge"
	"github.com/go-acme/lego/v5/challenge/dns01"
	"github.com/go-acme/lego/v5/challenge/http01"
	"github.com/go-acme/lego/v5/challenge/tlsalpn01"
	"github.com/go-acme/lego/v5/registration"
)

// DirectoryURLLetsEncrypt is a default of Traefik's options.
const DirectoryURLLetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

var errAbsent = errors.New("ACME is not built in")

// Config is what a client would be made of.
type Config struct {
	CADirURL    string
	UserAgent   string
	HTTPClient  *http.Client
	Certificate struct{ Timeout time.Duration }
}

// NewConfig is for an account.
func NewConfig(any) *Config { return &Config{} }

// Client would ask an authority.
type Client struct {
	Certificate  certificate.Certifier
	Registration registration.Registrar
	Challenge    interface {
		SetDNS01Provider(challenge.Provider, ...dns01.Option) error
		SetHTTP01Provider(challenge.Provider, ...http01.Option) error
		SetTLSALPN01Provider(challenge.Provider, ...tlsalpn01.Option) error
	}
}

// NewClient makes none.
func NewClient(*Config) (*Client, error) { return nil, errAbsent }

// CreateCertPool makes none.
func CreateCertPool([]string, bool) (*x509.CertPool, error) { return nil, errAbsent }
