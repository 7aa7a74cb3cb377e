#!/usr/bin/env bash
# `defaultMode: 0400`, as nearly every manifest writes the mode of a Secret's files, is 256 for Kubernetes. YAML readers that a
# tool may put between file and API server disagree. YAML 1.1 wrote octal numbers 0400, YAML 1.2 writes 0o400. Some take
# the rest of 1.2's rule literally: "0400" is a decimal number with a zero in front.
# - Read as 400, it goes through without a word: 400 is 0620, so the owner's group may write the key. 0644 read as 644 is
#   refused, as a mode is at most 511; so a tool that was tried with 0644 fails, and one that was tried with 0400 seems right.
# - Read as a string, the API server refuses it.
# - `0o400` is no way out: PyYAML reads a string. `0x100` and `256` are the spellings on which all agree.
#
# Seen on 2026-11-30:                                                          0400       0o400      0x100  256
#   sigs.k8s.io/yaml 1.6.0, go.yaml.in/yaml/v3 3.0.6, goccy/go-yaml 1.19.2     256        256        256    256
#   serde_yaml 0.9.34, serde_yaml_ng 0.10.0, serde_norway 0.9.42 (Rust)        "0400"     256        256    256
#   saphyr 0.0.12, yaml-rust2 0.10.4 (Rust)                                    400        256        256    256
#   PyYAML 6.0.4 (Python)                                                      256        "0o400"    256    256
#   ruamel.yaml 0.19.1 (Python)                                                400        256        256    256
#
# Needs cargo, Go and Python 3 with venv. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

printf 'defaultMode: %s\n' 0400 0o400 0x100 256 >lines

mkdir go
cat >go/main.go <<'END'
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	goccy "github.com/goccy/go-yaml"
	v3 "go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"
)

func main() {
	readers := []struct {
		name string
		read func([]byte, any) error
	}{
		{"sigs.k8s.io/yaml", func(b []byte, v any) error { return sigs.Unmarshal(b, v) }},
		{"go.yaml.in/yaml/v3", v3.Unmarshal},
		{"goccy/go-yaml", func(b []byte, v any) error { return goccy.Unmarshal(b, v) }},
	}
	for _, reader := range readers {
		fmt.Print(reader.name)
		for lines := bufio.NewScanner(must(os.Open("../lines"))); lines.Scan(); {
			var value map[string]any
			if err := reader.read(lines.Bytes(), &value); err != nil {
				panic(err)
			}
			fmt.Printf(" %s", must(json.Marshal(value["defaultMode"])))
		}
		fmt.Println()
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
END
(
  cd go
  go mod init example.org/read >/dev/null 2>&1
  go get sigs.k8s.io/yaml@v1.6.0 go.yaml.in/yaml/v3@v3.0.6 github.com/goccy/go-yaml@v1.19.2 >/dev/null 2>&1
  go run .
) >found

mkdir -p rust/src
cat >rust/Cargo.toml <<'END'
[package]
name = "read"
version = "0.0.0"
edition = "2021"
[dependencies]
saphyr = "=0.0.12"
serde_json = "1"
serde_norway = "=0.9.42"
serde_yaml = "=0.9.34"
serde_yaml_ng = "=0.10.0"
yaml-rust2 = { version = "=0.10.4", default-features = false }
END
cat >rust/src/main.rs <<'END'
use saphyr::LoadableYamlNode;
use serde_json::Value;

fn main() {
    let text = std::fs::read_to_string("lines").unwrap();
    let readers: [(&str, fn(&str) -> Value); 5] = [
        ("serde_yaml", |line| serde_yaml::from_str::<Value>(line).unwrap()["defaultMode"].clone()),
        ("serde_yaml_ng", |line| serde_yaml_ng::from_str::<Value>(line).unwrap()["defaultMode"].clone()),
        ("serde_norway", |line| serde_norway::from_str::<Value>(line).unwrap()["defaultMode"].clone()),
        ("saphyr", |line| saphyr::Yaml::load_from_str(line).unwrap()[0]["defaultMode"].as_integer().into()),
        ("yaml-rust2", |line| yaml_rust2::YamlLoader::load_from_str(line).unwrap()[0]["defaultMode"].as_i64().into()),
    ];
    for (name, read) in readers {
        let values: Vec<String> = text.lines().map(|line| read(line).to_string()).collect();
        println!("{name} {}", values.join(" "));
    }
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo run --quiet --manifest-path rust/Cargo.toml >>found

python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pyyaml==6.0.4 ruamel.yaml==0.19.1
python/bin/python - >>found <<'END'
import json, ruamel.yaml, yaml
lines = open("lines").read().splitlines()
for name, read in ("PyYAML", yaml.safe_load), ("ruamel.yaml", ruamel.yaml.YAML(typ="safe").load):
    print(name, *(json.dumps(read(line)["defaultMode"]) for line in lines))
END

cat found
cat >wanted <<'END'
sigs.k8s.io/yaml 256 256 256 256
go.yaml.in/yaml/v3 256 256 256 256
goccy/go-yaml 256 256 256 256
serde_yaml "0400" 256 256 256
serde_yaml_ng "0400" 256 256 256
serde_norway "0400" 256 256 256
saphyr 400 256 256 256
yaml-rust2 400 256 256 256
PyYAML 256 "0o400" 256 256
ruamel.yaml 400 256 256 256
END
diff wanted found || { printf 'changed\n' && exit 1; }
