#!/usr/bin/env bash
# One line of logfmt, written by the encoder that Go's loggers use, and read again by it and by the packages of that name for
# Python and JavaScript. Neither of the two knows the escape \n. JavaScript's takes every backslash away, so a break
# becomes the letter n, and C:\new becomes C:new. Python's loses the value with the break, which becomes True, and every
# field after it. Neither raises anything.
#
# Seen on 2026-11-30 with github.com/go-logfmt/logfmt 0.6.0, logfmt 0.4 (Python) and logfmt 1.4.0 (JavaScript), for
# the line  path=C:\new say="the \"new\" desk" sum="a=b" msg="two\nlines" order=7 ok=true
#                path      msg                       order   ok
#   Go           C:\new    two, a line break, lines  7       true
#   JavaScript   C:new     twonlines                 7       true (a boolean)
#   Python       C:\new    True                      none    none
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

	"github.com/go-logfmt/logfmt"
)

func main() {
	if len(os.Args) > 1 {
		logfmt.NewEncoder(os.Stdout).EncodeKeyvals("path", `C:\new`, "say", `the "new" desk`, "sum", "a=b", "msg", "two\nlines", "order", 7, "ok", true)
		fmt.Println()
		return
	}
	for lines := logfmt.NewDecoder(os.Stdin); lines.ScanRecord(); {
		for lines.ScanKeyval() {
			fmt.Printf("go %s %q\n", lines.Key(), lines.Value())
		}
	}
}
END
go mod init example.com/line >/dev/null 2>&1
go get github.com/go-logfmt/logfmt@v0.6.0 >/dev/null 2>&1
go build -o line .
./line write >written
./line <written >seen

python3 -m venv python
python/bin/pip install --quiet logfmt==0.4
python/bin/python - <<'END' >>seen
import json, logfmt

for line in logfmt.parse(open("written")):
    for key, value in line.items():
        print("python", key, json.dumps(value))
END

npm init --yes >/dev/null
npm install --silent logfmt@1.4.0
node - <<'END' >>seen
const line = require('logfmt').parse(require('fs').readFileSync('written', 'utf8').trim());
for (const [key, value] of Object.entries(line)) console.log('javascript', key, JSON.stringify(value));
END

cat written seen
diff seen - <<'END'
go path "C:\\new"
go say "the \"new\" desk"
go sum "a=b"
go msg "two\nlines"
go order "7"
go ok "true"
python path "C:\\new"
python say "the \"new\" desk"
python sum "a=b"
python msg true
javascript path "C:new"
javascript say "the \"new\" desk"
javascript sum "a=b"
javascript msg "twonlines"
javascript order "7"
javascript ok true
END
