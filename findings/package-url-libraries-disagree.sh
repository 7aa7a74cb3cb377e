#!/usr/bin/env bash
# Package URLs (purl, ECMA-427) name a part in a bill of materials, and are compared as text. Five libraries, asked for the
# URL of the same four parts, agree on none of them:
#   - a Go module: Rust's makes its path small letters. Python's, JavaScript's and Go's leave it, and Go's, when it
#     reads back what it has written, makes it small then. Go's own vulnerability database has the path as it is written.
#   - a '+' in a version, as many of Debian's and Go's (+incompatible) have: JavaScript's and Rust's `purl` leave it, the
#     others write %2B.
#   - a name on PyPI: Go's leaves it until it reads it back; Rust's `purl` also makes '-' of '.', as PEP 503 does, and
#     the others do not.
# `purl` knows no packages of Debian.
#
# Seen on 2026-12-02 with packageurl-python 0.17.6, packageurl-js 2.0.1, packageurl-go v0.1.7, and packageurl 0.7.0 and
# purl 0.1.6 (Rust); the output is at the end.
#
# Needs Python 3 with venv, Node.js with npm, Go and Rust. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"

cat >parts <<'END'
golang github.com/Microsoft hcsshim v0.15.0
golang github.com/docker docker v27.0.0+incompatible
deb debian libgcc-s1 1:12.2.0+dfsg-1
pypi - Some_Thing.x 1.0
END

python3 -m venv python
python/bin/pip install --quiet packageurl-python==0.17.6
python/bin/python - <<'END' | tee seen
from packageurl import PackageURL

for line in open("parts"):
    kind, space, name, version = line.split()
    print("python", PackageURL(kind, space.strip("-") or None, name, version))
END

npm init --yes >/dev/null
npm install --silent packageurl-js@2.0.1
node - <<'END' | tee -a seen
const { PackageURL } = require('packageurl-js');
for (const line of require('fs').readFileSync('parts', 'utf8').trim().split('\n')) {
  const [kind, space, name, version] = line.split(' ');
  console.log('javascript', new PackageURL(kind, space === '-' ? null : space, name, version, null, null).toString());
}
END

mkdir go
cat >go/go.mod <<'END'
module read

go 1.22

require github.com/package-url/packageurl-go v0.1.7
END
cat >go/main.go <<'END'
package main

import (
	"fmt"
	"os"
	"strings"

	purl "github.com/package-url/packageurl-go"
)

func main() {
	parts, _ := os.ReadFile("../parts")
	for _, line := range strings.Split(strings.TrimSpace(string(parts)), "\n") {
		words := strings.Fields(line)
		written := purl.NewPackageURL(words[0], strings.Trim(words[1], "-"), words[2], words[3], nil, "").ToString()
		read, _ := purl.FromString(written)
		fmt.Println("go", written, read.ToString())
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
packageurl = "=0.7.0"
purl = "=0.1.6"
END
cat >rust/src/main.rs <<'END'
use std::str::FromStr;

fn main() {
    for line in include_str!("../../parts").lines() {
        let [kind, space, name, version] = line.split(' ').collect::<Vec<_>>()[..] else { panic!() };
        let mut url = packageurl::PackageUrl::new(kind, name).unwrap();
        if space != "-" {
            url.with_namespace(space).unwrap();
        }
        url.with_version(version).unwrap();
        println!("packageurl {url}");
        match purl::Purl::from_str(&url.to_string()) {
            Ok(read) => println!("purl {read}"),
            Err(error) => println!("purl {error}"),
        }
    }
}
END
CARGO_TARGET_DIR=$folder/target cargo run --quiet --manifest-path rust/Cargo.toml | tee -a seen

diff seen - <<'END'
python pkg:golang/github.com/Microsoft/hcsshim@v0.15.0
python pkg:golang/github.com/docker/docker@v27.0.0%2Bincompatible
python pkg:deb/debian/libgcc-s1@1:12.2.0%2Bdfsg-1
python pkg:pypi/some-thing.x@1.0
javascript pkg:golang/github.com/Microsoft/hcsshim@v0.15.0
javascript pkg:golang/github.com/docker/docker@v27.0.0+incompatible
javascript pkg:deb/debian/libgcc-s1@1:12.2.0+dfsg-1
javascript pkg:pypi/some-thing.x@1.0
go pkg:golang/github.com/Microsoft/hcsshim@v0.15.0 pkg:golang/github.com/microsoft/hcsshim@v0.15.0
go pkg:golang/github.com/docker/docker@v27.0.0%2Bincompatible pkg:golang/github.com/docker/docker@v27.0.0%2Bincompatible
go pkg:deb/debian/libgcc-s1@1:12.2.0%2Bdfsg-1 pkg:deb/debian/libgcc-s1@1:12.2.0%2Bdfsg-1
go pkg:pypi/Some_Thing.x@1.0 pkg:pypi/some-thing.x@1.0
packageurl pkg:golang/github.com/microsoft/hcsshim@v0.15.0
purl pkg:golang/github.com/microsoft/hcsshim@v0.15.0
packageurl pkg:golang/github.com/docker/docker@v27.0.0%2Bincompatible
purl pkg:golang/github.com/docker/docker@v27.0.0+incompatible
packageurl pkg:deb/debian/libgcc-s1@1:12.2.0%2Bdfsg-1
purl Unsupported package type
packageurl pkg:pypi/some-thing.x@1.0
purl pkg:pypi/some-thing-x@1.0
END
