#!/usr/bin/env bash
# W3C Trace Context level 2 has a second flag, 02, for trace ids that are random. A caller that sets it beside `sampled`
# sends flags 03. Level 1 says what to do with flags that one does not know: read on, and hand them on as zero.
# OpenTelemetry's propagators are asked to extract a parent and inject it again. Rust's and an older Go's take 03 for no
# parent at all, so the trace ends there and a new one begins, without a word. Newer ones of Go read 03, and still refuse
# the flags that a level 3 might bring. With all flags set, JavaScript's writes three digits. The next
# service does not read that.
#
# Seen on 2026-11-30:
#   flags in                   01    02    03      ff
#   Python, api 1.38.0         01    02    03      ff
#   JavaScript, core 2.1.0     01    02    03      0ff, which Python then takes for none
#   Go, otel 1.38.0            01    00    none    none
#   Go, otel 1.47.0            01    02    03      none
#   Rust, sdk 0.31.0           01    00    none    none
#
# Needs Python 3 with venv, Node.js with npm, Go and Rust. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
export SPAN=00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174

python3 -m venv python
python/bin/pip install --quiet opentelemetry-api==1.38.0
cat >again.py <<'END'
import os, sys
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

for flags in sys.argv[1:]:
    sent, w3c = {}, TraceContextTextMapPropagator()
    w3c.inject(sent, context=w3c.extract({"traceparent": f"{os.environ['SPAN']}-{flags}"}))
    print("python", flags, sent.get("traceparent", "none").split("-")[-1])
END
python/bin/python again.py 01 02 03 ff 0ff | tee seen

npm init --yes >/dev/null
npm install --silent @opentelemetry/api@1.9.0 @opentelemetry/core@2.1.0
node - <<'END' | tee -a seen
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter } = require('@opentelemetry/api');
for (const flags of ['01', '02', '03', 'ff']) {
  const [sent, w3c] = [{}, new W3CTraceContextPropagator()];
  w3c.inject(w3c.extract(ROOT_CONTEXT, { traceparent: `${process.env.SPAN}-${flags}` }, defaultTextMapGetter), sent, defaultTextMapSetter);
  console.log('javascript', flags, (sent.traceparent ?? 'none').split('-').pop());
}
END

mkdir go rust rust/src
cat >go/main.go <<'END'
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/otel/propagation"
)

func main() {
	for _, flags := range []string{"01", "02", "03", "ff"} {
		got := propagation.MapCarrier{"traceparent": os.Getenv("SPAN") + "-" + flags}
		sent, w3c := propagation.MapCarrier{"traceparent": "none"}, propagation.TraceContext{}
		w3c.Inject(w3c.Extract(context.Background(), got), sent)
		parts := strings.Split(sent["traceparent"], "-")
		fmt.Println(os.Args[1], flags, parts[len(parts)-1])
	}
}
END
(
  cd go
  go mod init example.com/flags >/dev/null 2>&1
  for version in 1.38.0 1.47.0; do
    go get go.opentelemetry.io/otel@v$version go.opentelemetry.io/otel/trace@v$version >/dev/null 2>&1
    go mod tidy >/dev/null 2>&1
    go run . "go-$version"
  done
) | tee -a seen

cat >rust/Cargo.toml <<'END'
[package]
name = "flags"
edition = "2021"

[dependencies]
opentelemetry = { version = "=0.31.0", default-features = false, features = ["trace"] }
opentelemetry_sdk = { version = "=0.31.0", default-features = false, features = ["trace"] }
END
cat >rust/src/main.rs <<'END'
use opentelemetry::{propagation::TextMapPropagator, Context};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::collections::HashMap;

fn main() {
    let span = std::env::var("SPAN").unwrap();
    for flags in ["01", "02", "03", "ff"] {
        let got = HashMap::from([("traceparent".to_owned(), format!("{span}-{flags}"))]);
        let (mut sent, w3c) = (HashMap::new(), TraceContextPropagator::new());
        let context = w3c.extract_with_context(&Context::new(), &got);
        w3c.inject_context(&context, &mut sent);
        let parent = sent.get("traceparent").map_or("none", String::as_str);
        println!("rust {flags} {}", parent.rsplit('-').next().unwrap());
    }
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo run --quiet --manifest-path rust/Cargo.toml | tee -a seen

diff seen - <<'END'
python 01 01
python 02 02
python 03 03
python ff ff
python 0ff none
javascript 01 01
javascript 02 02
javascript 03 03
javascript ff 0ff
go-1.38.0 01 01
go-1.38.0 02 00
go-1.38.0 03 none
go-1.38.0 ff none
go-1.47.0 01 01
go-1.47.0 02 02
go-1.47.0 03 03
go-1.47.0 ff none
rust 01 01
rust 02 00
rust 03 none
rust ff none
END
