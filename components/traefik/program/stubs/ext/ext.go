// Package ext adds nothing to Traefik's configuration, as the one in Traefik's repository.
package ext

// HTTP is part of what is said of HTTP.
type HTTP struct{}

// Router is part of what is said of a router.
type Router struct{}
