// A module of Traefik's repository that no module proxy has.
module github.com/traefik/traefik/dynamic/ext

go 1.26.0
