// Package dns01 takes the options of a proof by DNS. UnFqdn alone is called without one.
package dns01

import (
	"strings"
	"time"
)

// Option is dropped.
type Option struct{}

// Options are dropped.
type Options struct{ RecursiveNameservers []string }

// Client asks nobody.
type Client struct{}

// NewClient makes none.
func NewClient(*Options) *Client { return nil }

// SetDefaultClient sets none.
func SetDefaultClient(*Client) {}

// CondOptions is an option that is dropped.
func CondOptions(bool, ...Option) Option { return Option{} }

// DisableAuthoritativeNssPropagationRequirement is an option that is dropped.
func DisableAuthoritativeNssPropagationRequirement() Option { return Option{} }

// DisableRecursiveNSsPropagationRequirement is an option that is dropped.
func DisableRecursiveNSsPropagationRequirement() Option { return Option{} }

// PropagationWait is an option that is dropped.
func PropagationWait(time.Duration, bool) Option { return Option{} }

// UnFqdn is the name without the dot at its end.
func UnFqdn(name string) string { return strings.TrimSuffix(name, ".") }
