#!/usr/bin/env bash
# containerd's importer writes each member of an archive as an ingest that is called by the member's name alone, and
# says no digest that it expects. An import that is cut off leaves its ingest. The next import that has a member
# of that name and length goes on with it and appends its own rest. It commits the mixture without an error, under a
# digest that nobody asked for. The blob that was imported is not there. "content digest …: not found" comes much later,
# when the image is unpacked. The same happens to one and the same archive when a power cut leaves zeros in its half.
# The import after that works, as the mixture took the ingest away with it. Under the daemon the half lives
# until its lease is collected. That is soon after an import that failed, but 24 hours when the daemon itself was killed.
#
# Seen on 2026-11-30 with containerd 2.4.2 and two archives whose only layer is layer.tar, of 4 MiB each:
#   first, cut off in the middle:  error: true,  ingests left: 1
#   second, whole:                 error: false, its blob there: false, blobs that nobody asked for: 1
#   second again:                  error: false, its blob there: true
#
# Needs Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

for name in first second; do
  mkdir "$name"
  head -c 4M /dev/zero | tr '\0' "${name:0:1}" >"$name/layer.tar"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$name/oci-layout"
  printf '{"schemaVersion":2,"manifests":[]}' >"$name/index.json"
  tar --create --file "$name.tar" --directory "$name" oci-layout index.json layer.tar
done
head -c 2M first.tar >half.tar

mkdir import
cat >import/main.go <<'END'
package main

import (
	"context"
	_ "crypto/sha256"
	"fmt"
	"os"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/core/images/archive"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/opencontainers/go-digest"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	store := must(local.NewStore("store"))
	imported := func(name string) bool {
		_, err := archive.ImportIndex(ctx, store, must(os.Open(name)))
		return err != nil
	}
	large := func() (count int) {
		store.Walk(ctx, func(info content.Info) error {
			if info.Size == 4<<20 {
				count++
			}
			return nil
		})
		return count
	}
	second := digest.FromBytes(must(os.ReadFile("second/layer.tar")))
	there := func() bool {
		_, err := store.Info(ctx, second)
		return err == nil
	}
	failed := imported("half.tar")
	fmt.Printf("first, cut off: error: %t, ingests left: %d\n", failed, len(must(store.ListStatuses(ctx))))
	failed = imported("second.tar")
	fmt.Printf("second: error: %t, its blob there: %t, blobs that nobody asked for: %d\n", failed, there(), large())
	failed = imported("second.tar")
	fmt.Printf("second again: error: %t, its blob there: %t\n", failed, there())
}
END
(
  cd import
  go mod init example.org/import >/dev/null 2>&1
  go get github.com/containerd/containerd/v2@v2.4.2 >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go build -o ../importer .
)
found=$(./importer)
printf '%s\n' "$found"
wanted='first, cut off: error: true, ingests left: 1
second: error: false, its blob there: false, blobs that nobody asked for: 1
second again: error: false, its blob there: true'
[ "$found" = "$wanted" ] || { printf 'changed; it was:\n%s\n' "$wanted" && exit 1; }
