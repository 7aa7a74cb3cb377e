#!/usr/bin/env bash
# Where an image comes from, by four readers of its name. The kubelet and Docker have distribution's reader; crane, ko and
# cosign have go-containerregistry's.
# - localhost/hello is the registry on this machine for the former and for docker-py; for the latter a repository
#   "localhost/hello" at Docker's hub, to which a push then goes, with whatever credentials there are.
# - A registry without a port whose name ends in .local is asked by HTTP in clear by the latter, any other by HTTPS.
# - A capital letter makes a registry of the first part for distribution (Team is a host), is refused by
#   go-containerregistry, and is a user of the hub for docker-py. A repository of one letter is refused, too.
# - With a tag and a digest docker-py takes the tag for a part of the name: hello:1, at sha256:…. docker-parse-image takes
#   the digest for a part of the tag.
#
# Seen on 2026-11-30 with github.com/distribution/reference 0.6.0, github.com/google/go-containerregistry 0.20.6,
# docker (Python) 7.1.0 and docker-parse-image 3.0.1. What each gives is in the expected output below.
#
# Needs Python 3 with venv, Node.js with npm, and Go. Asks no registry. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
digest=sha256:$(printf 'a%.0s' {1..64})
names=(team/hello localhost/hello registry.local/hello Team/hello registry.local/a "team/hello:1@$digest")

cat >main.go <<'END'
package main

import (
	"fmt"
	"os"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
)

func hub(registry, own string) string {
	if registry == own {
		return "the hub"
	}
	return registry
}

func main() {
	plain, err := reference.ParseNormalizedNamed("hello")
	if err != nil {
		panic(err)
	}
	for _, text := range os.Args[1:] {
		if named, err := reference.ParseNormalizedNamed(text); err != nil {
			fmt.Println("distribution", text, "refused")
		} else {
			fmt.Println("distribution", text, "is", reference.Path(named), "at", hub(reference.Domain(named), reference.Domain(plain)))
		}
	}
	for _, text := range os.Args[1:] {
		if named, err := name.ParseReference(text); err != nil {
			fmt.Println("go-containerregistry", text, "refused")
		} else {
			registry := named.Context().Registry
			fmt.Println("go-containerregistry", text, "is", named.Context().RepositoryStr(), "at", registry.Scheme(), hub(registry.RegistryStr(), name.DefaultRegistry))
		}
	}
}
END
go mod init example.com/names >/dev/null 2>&1
go get github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry@v0.20.6 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . "${names[@]}" | tee seen

python3 -m venv python
python/bin/pip install --quiet docker==7.1.0
cat >names.py <<'END'
import sys

from docker.auth import INDEX_NAME, resolve_repository_name
from docker.utils import parse_repository_tag

for text in sys.argv[1:]:
    repository, tag = parse_repository_tag(text)
    registry, path = resolve_repository_name(repository)
    print("docker-py", text, "is", path, "at", "the hub" if registry == INDEX_NAME else registry, "with", tag)
END
python/bin/python names.py "${names[@]}" | tee -a seen

npm init --yes >/dev/null
npm install --silent docker-parse-image@3.0.1
node -e "
  const { registry, namespace, repository, tag } = require('docker-parse-image')(process.argv[1]);
  console.log('docker-parse-image', process.argv[1], 'is', namespace + '/' + repository, 'at', registry, 'with', tag);
" "team/hello:1@$digest" | tee -a seen

diff <(sed "s/$digest/sha256:aaa/g" seen) - <<'END'
distribution team/hello is team/hello at the hub
distribution localhost/hello is hello at localhost
distribution registry.local/hello is hello at registry.local
distribution Team/hello is hello at Team
distribution registry.local/a is a at registry.local
distribution team/hello:1@sha256:aaa is team/hello at the hub
go-containerregistry team/hello is team/hello at https the hub
go-containerregistry localhost/hello is localhost/hello at https the hub
go-containerregistry registry.local/hello is hello at http registry.local
go-containerregistry Team/hello refused
go-containerregistry registry.local/a refused
go-containerregistry team/hello:1@sha256:aaa is team/hello at https the hub
docker-py team/hello is team/hello at the hub with None
docker-py localhost/hello is hello at localhost with None
docker-py registry.local/hello is hello at registry.local with None
docker-py Team/hello is Team/hello at the hub with None
docker-py registry.local/a is a at registry.local with None
docker-py team/hello:1@sha256:aaa is team/hello:1 at the hub with sha256:aaa
docker-parse-image team/hello:1@sha256:aaa is team/hello at null with 1@sha256:aaa
END
