#!/usr/bin/env bash
# The Rust crate tar writes a file with holes as a member of the kind "GNU sparse", by default and without being
# asked. containerd's importer of image archives passes over every member that is no plain file, without an error:
# the import succeeds, and the blob is not there. An image whose layer has holes on this disk then fails
# much later, when it is unpacked.
#
# Seen on 2026-11-29 with tar 0.4.46 and containerd 2.2.0:
#   tar by default:           blobs/sha256/… is 'S' -> import: ok, blob: not there
#   tar with sparse(false):   blobs/sha256/… is '0' -> import: ok, blob: there
#
# Needs cargo, Go, and a file system that keeps holes. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

# An image layout with one blob: a line, and then a hole of 4 MiB.
mkdir -p layout/blobs/sha256
printf 'begin\n' >blob
truncate --size 4M blob
digest=$(sha256sum blob | cut -d ' ' -f 1)
cp --sparse=always blob "layout/blobs/sha256/$digest"
printf '{"imageLayoutVersion":"1.0.0"}' >layout/oci-layout
printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":4194304}]}' "$digest" >layout/index.json

mkdir -p pack/src
cat >pack/Cargo.toml <<'END'
[package]
name = "pack"
version = "0.0.0"
edition = "2021"
[dependencies]
tar = { version = "=0.4.46", default-features = false }
END
cat >pack/src/main.rs <<'END'
fn main() -> std::io::Result<()> {
    for (name, sparse) in [("default.tar", None), ("dense.tar", Some(false))] {
        let mut archive = tar::Builder::new(std::fs::File::create(name)?);
        if let Some(sparse) = sparse {
            archive.sparse(sparse);
        }
        archive.append_dir_all(".", "layout")?;
        archive.finish()?;
        for entry in tar::Archive::new(std::fs::File::open(name)?).entries()? {
            let entry = entry?;
            if entry.path()?.starts_with("blobs/sha256") && !entry.header().entry_type().is_dir() {
                println!("{name} {}", entry.header().entry_type().as_byte() as char);
            }
        }
    }
    Ok(())
}
END
kinds=$(CARGO_TARGET_DIR=$folder/target cargo run --quiet --manifest-path pack/Cargo.toml)

mkdir import
cat >import/main.go <<'END'
package main

import (
	"context"
	_ "crypto/sha256"
	"fmt"
	"os"

	"github.com/containerd/containerd/v2/core/images/archive"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/opencontainers/go-digest"
)

func main() {
	for _, name := range []string{"default.tar", "dense.tar"} {
		store, err := local.NewStore("store-of-" + name)
		if err != nil {
			panic(err)
		}
		file, err := os.Open(name)
		if err != nil {
			panic(err)
		}
		_, imported := archive.ImportIndex(context.Background(), store, file)
		_, missing := store.Info(context.Background(), digest.Digest("sha256:"+os.Args[1]))
		fmt.Printf("%s import ok: %t, blob there: %t\n", name, imported == nil, missing == nil)
	}
}
END
(
  cd import
  go mod init example.org/import >/dev/null 2>&1
  go get github.com/containerd/containerd/v2@v2.2.0 >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go build -o ../importer .
)
found=$kinds$'\n'$(./importer "$digest")
printf '%s\n' "$found"
wanted='default.tar S
dense.tar 0
default.tar import ok: true, blob there: false
dense.tar import ok: true, blob there: true'
[ "$found" = "$wanted" ] || { printf 'changed; it was:\n%s\n' "$wanted" && exit 1; }
