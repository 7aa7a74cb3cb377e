#!/usr/bin/env bash
# Kubernetes' quantities (100m, 1.5Gi), read by the three clients' own functions. Go's is what the API server uses.
# Python's takes what the API server refuses: a big K, underscores between digits, digits of other scripts, even NaN. A
# chart that is checked with it passes there, and fails at the API server.
# JavaScript's refuses what is right: a fraction before a suffix from k on. So 1.5Gi of a manifest raises, while 0.5 and
# 1500m are read. The API server hands out 1536Mi for it, which hides that until a manifest is read. For a tenth of a Gi
# it hands out 107374182400m.
#
# Seen on 2026-11-30 with k8s.io/apimachinery 0.34.1, kubernetes (Python) 34.1.0 and @kubernetes/client-node 1.3.0:
#            Go        Python          JavaScript
#   1.5Gi    1536Mi    1610612736.0    Cannot convert 1.5 to a BigInt
#   1K       refused   1000            refused
#   1_000    refused   1000            refused
#   NaN      refused   NaN             refused
#   0x10     refused   refused         16
#
# Needs Python 3 with venv, Node.js with npm, and Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

cat >main.go <<'END'
package main

import (
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for _, text := range os.Args[1:] {
		if quantity, err := resource.ParseQuantity(text); err != nil {
			fmt.Println("go", text, "refused")
		} else {
			fmt.Println("go", text, quantity.String())
		}
	}
}
END
go mod init example.com/quantity >/dev/null 2>&1
go get k8s.io/apimachinery@v0.34.1 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . 1.5Gi 0.1Gi 1K 1_000 ٣ NaN 0x10 | tee seen

python3 -m venv python
python/bin/pip install --quiet kubernetes==34.1.0
python/bin/python - <<'END' | tee -a seen
from kubernetes.utils import parse_quantity

for text in ["1.5Gi", "1K", "1_000", "\u0663", "NaN", "0x10"]:
    try:
        print("python", text, parse_quantity(text))
    except ValueError:
        print("python", text, "refused")
END

npm init --yes >/dev/null
npm install --silent @kubernetes/client-node@1.3.0
cat >read.mjs <<'END'
import { quantityToScalar } from './node_modules/@kubernetes/client-node/dist/util.js';
for (const text of ['1.5Gi', '1536Mi', '1500m', '0.5', '1K', '1_000', 'NaN', '0x10']) {
  try {
    console.log('javascript', text, String(quantityToScalar(text)));
  } catch (error) {
    console.log('javascript', text, error.message.startsWith('Unknown') ? 'refused' : error.message);
  }
}
END
node read.mjs | tee -a seen

diff seen - <<'END'
go 1.5Gi 1536Mi
go 0.1Gi 107374182400m
go 1K refused
go 1_000 refused
go ٣ refused
go NaN refused
go 0x10 refused
python 1.5Gi 1610612736.0
python 1K 1000
python 1_000 1000
python ٣ 3
python NaN NaN
python 0x10 refused
javascript 1.5Gi Cannot convert 1.5 to a BigInt
javascript 1536Mi 1610612736
javascript 1500m 1.5
javascript 0.5 0.5
javascript 1K refused
javascript 1_000 refused
javascript NaN refused
javascript 0x10 16
END
