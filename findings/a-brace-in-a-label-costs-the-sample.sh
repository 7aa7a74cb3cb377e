#!/usr/bin/env bash
# Prometheus' text format, read by three libraries: the same page of four samples. Python's reads all of them. Rust's
# drops the sample whose label has a closing brace, as a route's template does (/orders/{id}), and the one with spaces
# inside the braces. It says nothing of it, and leaves escapes in labels as they were sent.
# A name in quotes came with Prometheus 3 (version 1.0.0 of the format, if a scraper asks for it). JavaScript's takes it
# for a label's name, and hangs that sample without a value onto the metric before.
#
# Seen on 2026-11-30 with prometheus-client 0.23.1 (Python), prometheus-parse 0.2.5 (Rust) and
# parse-prometheus-text-format 1.1.1 (JavaScript), samples of each metric:
#   orders_total{path="/orders/{id}"} 1   Python: there     Rust: dropped           JavaScript: there
#   orders_total{note="two\nlines"} 2     Python: a break   Rust: backslash and n   JavaScript: a break
#   t { c = "d" } 3                       Python: there     Rust: dropped           JavaScript: there
#   {"http.requests",path="/"} 4          Python: there     Rust: dropped           JavaScript: of t, no value
#
# Needs Python 3 with venv, Node.js with npm, and Rust. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >page <<'END'
# HELP orders_total Orders.
# TYPE orders_total counter
orders_total{path="/orders/{id}"} 1
orders_total{note="two\nlines"} 2
# TYPE t untyped
t { c = "d" } 3
{"http.requests",path="/"} 4
END

python3 -m venv python
python/bin/pip install --quiet prometheus-client==0.23.1
python/bin/python - <<'END' | tee seen
from prometheus_client.parser import text_string_to_metric_families

for family in text_string_to_metric_families(open("page").read()):
    for sample in family.samples:
        print("python", sample.name, repr(list(sample.labels.values())[0]), sample.value)
END

mkdir -p rust/src
cat >rust/Cargo.toml <<'END'
[package]
name = "read"
edition = "2021"

[dependencies]
prometheus-parse = "=0.2.5"
END
cat >rust/src/main.rs <<'END'
use std::io::{stdin, BufRead as _};

fn main() {
    let page = prometheus_parse::Scrape::parse(stdin().lock().lines()).unwrap();
    for sample in page.samples {
        println!("rust {} {:?} {:?}", sample.metric, sample.labels, sample.value);
    }
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo run --quiet --manifest-path rust/Cargo.toml <page | tee -a seen

npm init --yes >/dev/null
npm install --silent parse-prometheus-text-format@1.1.1
node - <<'END' | tee -a seen
const parse = require('parse-prometheus-text-format');
for (const { name, metrics } of parse(require('fs').readFileSync('page', 'utf8'))) {
  for (const { labels, value } of metrics) console.log('javascript', name, JSON.stringify(labels), value ?? 'none');
}
END

diff seen - <<'END'
python orders_total '/orders/{id}' 1
python orders_total 'two\nlines' 2
python t 'd' 3
python http.requests '/' 4
rust orders_total Labels({"note": "two\\nlines"}) Counter(2.0)
javascript orders_total {"path":"/orders/{id}"} 1
javascript orders_total {"note":"two\nlines"} 2
javascript t {"c":"d"} 3
javascript t {"\"http.requests\",path":"/"} none
END
