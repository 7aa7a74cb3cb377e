#!/usr/bin/env bash
# Licences in a bill of materials are SPDX expressions. Five that the specification allows (version 3.0.1, annex B) and that
# packages have, read by four libraries: no expression is the same to all of them.
#   - 'GPL-2.0+', an identifier of the list, if a deprecated one: Rust's refuses it, JavaScript's splits it into GPL-2.0 and
#     a plus, the others make GPL-2.0-or-later of it.
#   - 'Apache-2.0+', a licence or any later version of it: unknown to Python's.
#   - 'GPL-2.0-with-classpath-exception', an identifier of the list, deprecated as well: Python's takes it for an exception
#     and refuses it, and so does Rust's.
#   - 'LicenseRef-Debian-PD', a licence that is on no list: unknown to Python's.
#   - 'apache-2.0 with LLVM-exception': identifiers may be in small letters, and so may operators since 3.0. Python's alone
#     takes both; JavaScript's refuses the identifier, Go's and Rust's the operator.
#
# Seen on 2026-12-03 with license-expression 30.4.4, spdx-expression-parse 5.0.0, go-spdx v2.8.0 and spdx 0.13.6 (Rust);
# the output is at the end.
#
# Needs Python 3 with venv, Node.js with npm, Go and Rust. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"

cat >expressions <<'END'
GPL-2.0+
Apache-2.0+
GPL-2.0-with-classpath-exception
LicenseRef-Debian-PD
apache-2.0 with LLVM-exception
END

python3 -m venv python
python/bin/pip install --quiet license-expression==30.4.4
python/bin/python - <<'END' | tee seen
from license_expression import get_spdx_licensing

spdx = get_spdx_licensing()
for expression in open("expressions").read().splitlines():
    read = spdx.validate(expression)
    print("python", read.normalized_expression or read.errors[0].split(":")[0].split(".")[0])
END

npm init --yes >/dev/null
npm install --silent spdx-expression-parse@5.0.0
cat >read.mjs <<'END'
import { readFileSync } from 'node:fs';
import parse from 'spdx-expression-parse';

for (const expression of readFileSync('expressions', 'utf8').trim().split('\n')) {
  try {
    console.log('javascript', JSON.stringify(parse(expression)));
  } catch (error) {
    console.log('javascript', error.message);
  }
}
END
node read.mjs | tee -a seen

mkdir go
cat >go/go.mod <<'END'
module read

go 1.22

require github.com/github/go-spdx/v2 v2.8.0
END
cat >go/main.go <<'END'
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"
)

func main() {
	expressions, _ := os.ReadFile("../expressions")
	for _, expression := range strings.Split(strings.TrimSpace(string(expressions)), "\n") {
		read, err := spdxexp.ExtractLicenses(expression)
		if err != nil {
			fmt.Println("go", err)
			continue
		}
		fmt.Println("go", read)
	}
}
END
(cd go && GOFLAGS=-mod=mod GOMODCACHE=$folder/modules GOCACHE=$folder/cache go run . 2>/dev/null) | tee -a seen

mkdir -p rust/src
cat >rust/Cargo.toml <<'END'
[package]
name = "read"
edition = "2021"

[dependencies]
spdx = "=0.13.6"
END
cat >rust/src/main.rs <<'END'
fn main() {
    for expression in include_str!("../../expressions").lines() {
        match spdx::Expression::parse(expression) {
            Ok(read) => println!("rust {read}"),
            Err(error) => println!("rust {}", error.reason),
        }
    }
}
END
CARGO_TARGET_DIR=$folder/target cargo run --quiet --manifest-path rust/Cargo.toml | tee -a seen

diff seen - <<'END'
python GPL-2.0-or-later
python Unknown license key(s)
python A license exception symbol can only be used as an exception in a "WITH exception" statement
python Unknown license key(s)
python Apache-2.0 WITH LLVM-exception
javascript {"license":"GPL-2.0","plus":true}
javascript {"license":"Apache-2.0","plus":true}
javascript {"license":"GPL-2.0-with-classpath-exception"}
javascript {"license":"LicenseRef-Debian-PD"}
javascript Unexpected `a` at offset 0
go [GPL-2.0-or-later]
go [Apache-2.0+]
go [GPL-2.0-with-classpath-exception]
go [LicenseRef-Debian-PD]
go unknown license 'with' at offset 11
rust a deprecated license identifier was used
rust Apache-2.0+
rust a deprecated license identifier was used
rust LicenseRef-Debian-PD
rust unknown term
END
