#!/bin/sh
# Before the server starts: makes the data of a new volume, and gives the superuser the password that its secret has now.
set -eu

volume=$1 settings=$2 secret=$3
data=$volume/15

if [ ! -e "$data" ]; then
  for other in "$volume"/[0-9]*; do
    [ ! -e "$other" ] || {
      echo "error: $other was written by another version of PostgreSQL than 15" >&2
      echo "hint: start the version that wrote it, dump its databases, and restore them here on a new volume" >&2
      exit 1
    }
  done
  # One that was cut off before.
  rm -rf "$volume/new"
  initdb --pgdata "$volume/new" --username postgres --pwfile "$secret" --auth scram-sha-256 \
    --encoding UTF8 --locale C.UTF-8 --data-checksums
  mv "$volume/new" "$data"
fi

# NB: a token has letters, digits, '-' and '_' alone, so it needs no quoting. Nothing writes what it executes to a log.
postgres --single -c exit_on_error=on -c config_file="$settings/postgresql.conf" -D "$data" postgres >/dev/null <<END
SET log_min_error_statement = panic
ALTER ROLE postgres PASSWORD '$(cat "$secret")'
DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monitor') THEN CREATE ROLE monitor LOGIN IN ROLE pg_monitor; END IF; END \$\$
END
