#!/usr/bin/env bash
# A program in Rust writes a ConfigMap's data as YAML: all of it strings. serde_yaml_ng and serde_norway, which followed
# serde_yaml, quote what YAML 1.2 would read as something else, and leave yes, off, 1_000 and 1:30 bare. They
# read it back as it was. kubectl and Kubernetes' programs read by sigs.k8s.io/yaml, and tools in Python by PyYAML,
# both by older rules: yes becomes true, and 1_000 a number. Where Go's type is known to be a string nothing is refused,
# not even by the strict reader: the string is "true" and "1000". 012, 0b11 and 1e3, which one thinks of, are quoted.
# The two readers part as well: y is true for Go alone; 1:30 and a date are strings for Go, and 90 and a date for Python.
# serde-saphyr quotes all of these.
#
# Seen on 2026-12-03 with serde_yaml_ng 0.10.0, serde_norway 0.9.42, serde-saphyr 2.2.0, sigs.k8s.io/yaml 1.6.0 and
# PyYAML 6.0.2; what the first two write, read by
#                  themselves    Go          Go as a string  Python
#   "yes"          "yes"         true        "true"          True
#   "y"            "y"           true        "true"          'y'
#   "1_000"        "1_000"       1000        "1000"          1000
#   "1_0.5"        "1_0.5"       10.5        "10.5"          10.5
#   "0x_1f"        "0x_1f"       31          "31"            31
#   "1:30"         "1:30"        "1:30"      "1:30"          90
#   "012"          "012"         "012"       "012"           '012'
#
# Needs cargo, Go and Python 3 with venv. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

mkdir -p rust/src go
cat >rust/Cargo.toml <<'END'
[package]
name = "writes"
version = "0.0.0"
edition = "2024"

[dependencies]
serde-saphyr = "=2.2.0"
serde_norway = "=0.9.42"
serde_yaml_ng = "=0.10.0"
END
cat >rust/src/main.rs <<'END'
use std::{collections::BTreeMap, fs};

fn main() {
    let values = ["yes", "off", "y", "1_000", "1_0.5", "0x_1f", "1:30", "2001-01-01", "012", "0b11", "1e3"];
    let data: BTreeMap<String, String> = values.iter().map(|it| (format!("of {it}"), it.to_string())).collect();
    let (ng, norway) = (serde_yaml_ng::to_string(&data).unwrap(), serde_norway::to_string(&data).unwrap());
    println!("rust the two write the same: {}", ng == norway);
    let back: BTreeMap<String, String> = serde_yaml_ng::from_str(&ng).unwrap();
    println!("rust reads it back as it was: {}", back == data);
    fs::write("ng.yaml", ng).unwrap();
    fs::write("saphyr.yaml", serde_saphyr::to_string(&data).unwrap()).unwrap();
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo run --quiet --manifest-path rust/Cargo.toml | tee seen

cat >go/main.go <<'END'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		data := map[string]any{}
		if err := yaml.Unmarshal(text, &data); err != nil {
			panic(err)
		}
		line, _ := json.Marshal(data)
		fmt.Println("go", file, string(line))
		typed := map[string]string{}
		if err := yaml.UnmarshalStrict(text, &typed); err != nil {
			panic(err)
		}
		line, _ = json.Marshal(typed)
		fmt.Println("go", file, "as strings", string(line))
	}
}
END
(cd go && go mod init example.com/reads && go get sigs.k8s.io/yaml@v1.6.0 && go mod tidy && go build -o ../reads .) >/dev/null 2>&1
./reads ng.yaml saphyr.yaml | tee -a seen

python3 -m venv python
python/bin/pip install --quiet PyYAML==6.0.2
python/bin/python - <<'END' | tee -a seen
import yaml

for file in ["ng.yaml", "saphyr.yaml"]:
    with open(file) as text:
        print("python", file, *map(repr, dict(sorted(yaml.safe_load(text).items())).values()))
END

diff seen - <<'END'
rust the two write the same: true
rust reads it back as it was: true
go ng.yaml {"of 012":"012","of 0b11":"0b11","of 0x_1f":31,"of 1:30":"1:30","of 1_0.5":10.5,"of 1_000":1000,"of 1e3":"1e3","of 2001-01-01":"2001-01-01","of off":false,"of y":true,"of yes":true}
go ng.yaml as strings {"of 012":"012","of 0b11":"0b11","of 0x_1f":"31","of 1:30":"1:30","of 1_0.5":"10.5","of 1_000":"1000","of 1e3":"1e3","of 2001-01-01":"2001-01-01","of off":"false","of y":"true","of yes":"true"}
go saphyr.yaml {"of 012":"012","of 0b11":"0b11","of 0x_1f":"0x_1f","of 1:30":"1:30","of 1_0.5":"1_0.5","of 1_000":"1_000","of 1e3":"1e3","of 2001-01-01":"2001-01-01","of off":"off","of y":"y","of yes":"yes"}
go saphyr.yaml as strings {"of 012":"012","of 0b11":"0b11","of 0x_1f":"0x_1f","of 1:30":"1:30","of 1_0.5":"1_0.5","of 1_000":"1_000","of 1e3":"1e3","of 2001-01-01":"2001-01-01","of off":"off","of y":"y","of yes":"yes"}
python ng.yaml '012' '0b11' 31 90 10.5 1000 '1e3' datetime.date(2001, 1, 1) False 'y' True
python saphyr.yaml '012' '0b11' '0x_1f' '1:30' '1_0.5' '1_000' '1e3' '2001-01-01' 'off' 'y' 'yes'
END
echo same
