#!/usr/bin/env bash
# PostgreSQL with its own settings and scripts, on this machine instead of in a pod: a volume begins, rows outlast kill -9,
# each service has a database of its own, and the exporter has its figures.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh

scratch=$(mktemp -d)
server='' inserting='' exporter=''
trap 'kill $inserting $exporter $server 2>/dev/null; wait; rm -rf "$scratch"' EXIT
program=$(built postgresql)
export PATH="$program/usr/bin:$PATH" LOCPATH="$program/usr/lib/locale" PGHOST=$scratch/run PGPORT=25432 PGUSER=postgres

# Not as root, as in the pod; nobody is there on every machine.
user=$(id -un)
as_user=()
if [ "$(id -u)" -eq 0 ]; then
  user=nobody
  as_user=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
fi
mkdir "$scratch"/{run,volume,settings}
for file in pg_hba.conf pg_ident.conf postgresql.conf create-service.sql remove-service.sql; do
  sed "s#/etc/postgresql#$scratch/settings#; s#/run/postgresql#$scratch/run#; s#nonroot#$user#" \
    "components/postgresql/k8s/$file" >"$scratch/settings/$file"
done
printf sesame-of-the-superuser >"$scratch/token"
[ "$(id -u)" -ne 0 ] || chown -R "$user" "$scratch"
data=$scratch/volume/15

initialise() { "${as_user[@]}" sh components/postgresql/k8s/initialise.sh "$scratch/volume" "$scratch/settings" "$scratch/token"; }
# NB: not within `holds`, whose shell would be its parent.
start() {
  "${as_user[@]}" postgres -D "$data" -c config_file="$scratch/settings/postgresql.conf" -p "$PGPORT" >>"$scratch/log" 2>&1 &
  server=$!
}
query() { "${as_user[@]}" psql --no-psqlrc --tuples-only --no-align --command "$@"; }
says() { [ "$(query "$2" "${@:3}")" = "$1" ]; }
# over_tcp USER PASSWORD DATABASE QUERY
over_tcp() { PGPASSWORD=$2 psql --no-psqlrc --tuples-only --no-align --host 127.0.0.1 --username "$1" --dbname "$3" --command "$4"; }
create() { printf '%s\n' "$2" | "${as_user[@]}" psql --no-psqlrc --quiet --set name="$1" --file "$scratch/settings/create-service.sql"; }
remove() { "${as_user[@]}" psql --no-psqlrc --quiet --set name="$1" --file "$scratch/settings/remove-service.sql"; }

"${as_user[@]}" mkdir "$scratch/volume/new"
holds 'a volume begins, also where an earlier beginning was cut off' initialise
holds 'a second look leaves it as it is' initialise
start
holds 'the server starts' within 30 pg_isready --quiet
holds 'its pages have checksums' says on 'SHOW data_checksums'
holds 'its commits reach the disk' says 'on on' "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')"
holds 'letters beyond ASCII are known' says ÄÖ "SELECT upper('äö')"
holds 'the compiler of queries is off' says off 'SHOW jit'
holds 'the superuser has its secret for a password' over_tcp postgres sesame-of-the-superuser postgres 'SELECT'
holds 'and no other' answers 2 'password authentication failed' over_tcp postgres sesame postgres 'SELECT'
holds 'passwords are kept as SCRAM' says SCRAM "SELECT left(rolpassword, 5) FROM pg_authid WHERE rolname = 'postgres'"

holds 'a service gets a user and a database' create orders-v2 first
holds 'again, with another password' create orders-v2 "o'pen"
holds 'which is the one that counts' over_tcp orders-v2 "o'pen" orders-v2 'CREATE TABLE orders (id bigint PRIMARY KEY)'
holds 'the first no longer does' answers 2 'password authentication failed' over_tcp orders-v2 first orders-v2 'SELECT'
create fills second
holds 'a service does not read the database of another' answers 2 'permission denied' over_tcp fills second orders-v2 'SELECT'
no_password() { ! grep -e "o'pen" -e second "$scratch/log"; }
holds 'no password is in the log' no_password

# As many rows as were confirmed before the server was killed are there after it.
insert() {
  local row=0
  while over_tcp orders-v2 "o'pen" orders-v2 "INSERT INTO orders SELECT generate_series($row * 10, $row * 10 + 9)" >/dev/null 2>&1; do
    row=$((row + 1))
    echo $((row * 10)) >"$scratch/confirmed"
  done
}
insert &
inserting=$!
within 30 test -s "$scratch/confirmed"
# As in a pod, where everything ends with the first process.
# shellcheck disable=SC2046 # each is a word
kill -9 "$server" $(pgrep -P "$server")
{ wait "$server" "$inserting"; } 2>/dev/null
start
holds 'after kill -9 it starts again' within 30 pg_isready --quiet
all_there() {
  local confirmed
  confirmed=$(cat "$scratch/confirmed")
  [ "$confirmed" -gt 0 ] && says t "SELECT count(*) >= $confirmed AND count(*) <= $confirmed + 10 FROM orders" --dbname orders-v2
}
holds 'and no confirmed row is lost' all_there

dumped() { "${as_user[@]}" pg_dump --format custom --file "$scratch/volume/dump" orders-v2 && over_tcp orders-v2 "o'pen" orders-v2 'TRUNCATE orders'; }
restored() { "${as_user[@]}" pg_restore --clean --if-exists --dbname orders-v2 "$scratch/volume/dump" && all_there; }
holds 'a database is dumped' dumped
holds 'and restored' restored

DATA_SOURCE_NAME="host=$scratch/run port=$PGPORT user=monitor dbname=postgres sslmode=disable" \
  "${as_user[@]}" prometheus-postgres-exporter --web.listen-address=127.0.0.1:29187 --log.level=warn 2>"$scratch/exporter.log" &
exporter=$!
figures() { curl --silent --fail http://127.0.0.1:29187/metrics >"$scratch/figures" && grep -q '^pg_up 1$' "$scratch/figures"; }
holds 'the exporter asks the server' within 20 figures
holds 'with every figure that its rules and its dashboard name' \
  figures_named pg postgresql 'pg_connections_used|pg_stat_database_(commits|rollbacks|hits)|pg_terminate_backend' "$scratch/figures"

remove fills
holds 'a service that has gone leaves nothing' says 0 "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = 'fills') + (SELECT count(*) FROM pg_database WHERE datname = 'fills')"
stopped() { "${as_user[@]}" pg_ctl stop --mode fast --pgdata "$data" && ! pg_isready --quiet; }
holds 'it ends cleanly, whoever is connected' stopped
wait "$server"
printf rotated-sesame >"$scratch/token"
holds 'with another secret' initialise
start
holds 'it starts' within 30 pg_isready --quiet
holds 'and takes the new password' over_tcp postgres rotated-sesame postgres 'SELECT'
kill -INT "$server"
wait "$server"
mv "$data" "$scratch/volume/14"
holds 'data of another version is told, and left alone' answers 1 'hint: start the version' initialise
finish
