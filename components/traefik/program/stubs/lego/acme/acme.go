// Package acme has what an authority tells of an account.
package acme

// Account is what Traefik keeps of it.
type Account struct{}

// ExtendedAccount has its address as well.
type ExtendedAccount struct {
	Account

	Location string
}
