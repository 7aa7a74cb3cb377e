#!/usr/bin/env bash
# A metric named `desk.orders`, as Prometheus 3 and OpenTelemetry allow, in four client libraries. A reader says in `Accept` how it
# wants a name that is not of the old kind: as it is, in quotes (allow-utf-8), or escaped (underscores, dots, values). Who asks
# for text 0.0.4 has said that it knows no quotes; a line that cannot be read costs the whole page.
# - client_golang, and Python's from 0.26.0, do as they are asked.
# - Python's 0.22.1 takes the name and sends it in quotes to everybody.
# - prom-client of Node refuses the name.
# - prometheus-client of Rust takes it and writes `desk.orders 1`, which is of neither syntax.
# What client_golang sends in quotes it calls `version=0.0.4` all the same.
#
# Seen on 2026-12-01 with github.com/prometheus/client_golang 1.23.2, prometheus_client 0.22.1 and 0.26.0 (Python),
# prom-client 15.1.3 (Node.js) and prometheus-client 0.24.0 (Rust):
#   go, 0.0.4: desk_orders as 0.0.4
#   go, allow-utf-8: {"desk.orders"} as 0.0.4
#   go, dots: desk_dot_orders as 0.0.4
#   go, values: U__desk_2e_orders as 0.0.4
#   python 0.22.1, 0.0.4: {"desk.orders"} as 0.0.4
#   python 0.22.1, allow-utf-8: {"desk.orders"} as 0.0.4
#   python 0.22.1, dots: {"desk.orders"} as 0.0.4
#   python 0.22.1, values: {"desk.orders"} as 0.0.4
#   python 0.26.0, 0.0.4: desk_orders as 0.0.4
#   python 0.26.0, allow-utf-8: {"desk.orders"} as 1.0.0
#   python 0.26.0, dots: desk_dot_orders as 1.0.0
#   python 0.26.0, values: U__desk_2e_orders as 1.0.0
#   node: Invalid metric name
#   rust: desk.orders
#
# Needs Go, Python 3 with venv, Node.js with npm, and cargo. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
sed -n 's/^#   //p' "$0" >"$folder/wanted"
cd "$folder"

mkdir go rust rust/src node
cat >go/main.go <<'END'
// Prints how a gauge comes for each way of asking.
package main

import (
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "desk.orders"}))
	for _, way := range []string{"0.0.4", "allow-utf-8", "dots", "values"} {
		accept := "text/plain;version=0.0.4"
		if way != "0.0.4" {
			accept = "text/plain;version=1.0.0;escaping=" + way
		}
		question := httptest.NewRequest("GET", "/metrics", nil)
		question.Header.Set("Accept", accept)
		answer := httptest.NewRecorder()
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, question)
		version := regexp.MustCompile(`version=([0-9.]+)`).FindStringSubmatch(answer.Header().Get("Content-Type"))[1]
		for _, line := range strings.Split(answer.Body.String(), "\n") {
			if line != "" && line[0] != '#' {
				fmt.Printf("go, %s: %s as %s\n", way, strings.Fields(line)[0], version)
			}
		}
	}
}
END
(cd go && go mod init seen && go get github.com/prometheus/client_golang@v1.23.2 && go mod tidy) >/dev/null 2>&1
(cd go && go run .) >seen

cat >ways.py <<'END'
"""Prints how a gauge comes for each way of asking."""
import importlib.metadata, re
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import choose_encoder

registry = CollectorRegistry()
Gauge("desk.orders", "Orders.", registry=registry)
for way in ["0.0.4", "allow-utf-8", "dots", "values"]:
    accept = f"text/plain;version=1.0.0;escaping={way}" if way != "0.0.4" else "text/plain;version=0.0.4"
    encode, kind = choose_encoder(accept)
    line = next(line for line in encode(registry).decode().splitlines() if not line.startswith("#"))
    version = re.search(r"version=([0-9.]+)", kind)[1]
    print(f"python {importlib.metadata.version('prometheus_client')}, {way}: {line.split()[0]} as {version}")
END
python3 -m venv python
for version in 0.22.1 0.26.0; do
  python/bin/pip install --quiet "prometheus_client==$version"
  python/bin/python ways.py >>seen
done

(cd node && npm init --yes && npm install --silent prom-client@15.1.3) >/dev/null
cat >node/name.js <<'END'
try {
  new (require('prom-client').Gauge)({ name: 'desk.orders', help: 'Orders.' });
  console.log('node: taken');
} catch (error) {
  console.log(`node: ${error.message}`);
}
END
node node/name.js >>seen

cat >rust/Cargo.toml <<'END'
[package]
name = "seen"
version = "0.1.0"
edition = "2021"

[dependencies]
prometheus-client = "=0.24.0"
END
cat >rust/src/main.rs <<'END'
use prometheus_client::{encoding::text::encode, metrics::gauge::Gauge, registry::Registry};

fn main() {
    let mut registry = Registry::default();
    registry.register("desk.orders", "Orders", Gauge::<i64>::default());
    let mut page = String::new();
    encode(&mut page, &registry).unwrap();
    let line = page.lines().find(|line| !line.starts_with('#')).unwrap();
    println!("rust: {}", line.split(' ').next().unwrap());
}
END
(cd rust && CARGO_TARGET_DIR=$folder/target cargo run --quiet) >>seen

cat seen
diff wanted seen || { echo 'it has changed'; exit 1; }
echo 'as described'
