#!/usr/bin/env bash
# OTEL_RESOURCE_ATTRIBUTES is a list of key=value, read by each OpenTelemetry SDK itself. The specification has values
# percent-encoded: a comma and an equals sign must be, other characters may be. Rust's SDK does not decode at all. One
# Deployment's variable thus gives two services two different teams, and a comma cannot be said.
# JavaScript's takes printable ASCII without spaces alone. One other value makes it drop every attribute of the list, the
# good ones too, and not even a warning is written. Python and Go read all of these as the specification says.
#
# Seen on 2026-11-30 with @opentelemetry/resources 2.1.0, opentelemetry-sdk 1.38.0 (Python), go.opentelemetry.io/otel/sdk
# 1.38.0 and opentelemetry_sdk 0.31.0 (Rust); `team` of each list, beside `region=west`:
#   team=       JavaScript            Python      Go          Rust
#   desk%20one  desk one              desk one    desk one    desk%20one
#   a%2Cb       a,b                   a,b         a,b         a%2Cb
#   desk one    none, and no region   desk one    desk one    desk one
#   Zürich      none, and no region   Zürich      Zürich      Zürich
#
# Needs Python 3 with venv, Node.js with npm, Go and Rust. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent @opentelemetry/api@1.9.0 @opentelemetry/resources@2.1.0
cat >read.js <<'END'
const { diag, DiagConsoleLogger, DiagLogLevel } = require('@opentelemetry/api');
const { envDetector } = require('@opentelemetry/resources');
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const { attributes } = envDetector.detect();
console.log('javascript', attributes.region ?? 'none', attributes.team ?? 'none');
END

python3 -m venv python
python/bin/pip install --quiet opentelemetry-sdk==1.38.0
cat >read.py <<'END'
from opentelemetry.sdk.resources import OTELResourceDetector

attributes = OTELResourceDetector().detect().attributes
print("python", attributes.get("region", "none"), attributes.get("team", "none"))
END

mkdir -p go rust/src
cat >go/main.go <<'END'
package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/sdk/resource"
)

func main() {
	found, err := resource.New(context.Background(), resource.WithFromEnv())
	if err != nil {
		panic(err)
	}
	region, _ := found.Set().Value("region")
	team, _ := found.Set().Value("team")
	fmt.Println("go", region.AsString(), team.AsString())
}
END
(
  cd go
  go mod init example.com/attributes >/dev/null 2>&1
  go get go.opentelemetry.io/otel/sdk@v1.38.0 >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go build -o read .
)
cat >rust/Cargo.toml <<'END'
[package]
name = "read"
edition = "2021"

[dependencies]
opentelemetry_sdk = { version = "=0.31.0", default-features = false, features = ["trace"] }
END
cat >rust/src/main.rs <<'END'
use opentelemetry_sdk::resource::{EnvResourceDetector, ResourceDetector};

fn main() {
    let found = EnvResourceDetector::new().detect();
    let value = |key: &'static str| found.get(&key.into()).map_or("none".into(), |value| value.to_string());
    println!("rust {} {}", value("region"), value("team"));
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo build --quiet --manifest-path rust/Cargo.toml

for team in desk%20one a%2Cb 'desk one' Zürich; do
  export OTEL_RESOURCE_ATTRIBUTES="region=west,team=$team"
  node read.js 2>&1
  python/bin/python read.py
  go/read 2>&1
  target/debug/read
done | tee seen

diff seen - <<'END'
javascript west desk one
python west desk one
go west desk one
rust west desk%20one
javascript west a,b
python west a,b
go west a,b
rust west a%2Cb
javascript none none
python west desk one
go west desk one
rust west desk one
javascript none none
python west Zürich
go west Zürich
rust west Zürich
END
