#!/usr/bin/env bash
# Five loggers that write JSON, asked for one error each: no two put its level into the same place, and one leaves it
# out. Whoever reads `level`, as most pipelines do, finds a word once, a number once and a sum once.
#
# Seen on 2026-11-29 with python-json-logger 4.0.0, loguru 0.7.3, pino 9.9.0, go-hclog 1.6.3 and log/slog of Go 1.26:
#   python-json-logger, as it comes: {"message": "order refused"}: no level at all
#   loguru, serialize=True:          record.level.name is "ERROR"; `text` has the whole line as well
#   pino:                            level is 50
#   go-hclog:                        @level is "error", and the message is @message
#   slog, a level above Error:       level is "ERROR+4"
#
# Needs Python 3 with venv, Node.js with npm, and Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv python
python/bin/pip install --quiet python-json-logger==4.0.0 loguru==0.7.3
python/bin/python - 2>python.log <<'END'
import logging, sys
from loguru import logger
from pythonjsonlogger.json import JsonFormatter

handler = logging.StreamHandler(sys.stderr)
handler.setFormatter(JsonFormatter())
logging.getLogger("desk").addHandler(handler)
logging.getLogger("desk").error("order refused")
logger.remove()
logger.add(sys.stderr, serialize=True)
logger.error("order refused")
END

npm init --yes >/dev/null
npm install --silent pino@9.9.0
node -e 'require("pino")().error("order refused")' >node.log

cat >main.go <<'END'
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/hashicorp/go-hclog"
)

func main() {
	hclog.New(&hclog.LoggerOptions{JSONFormat: true, Output: os.Stdout}).Error("order refused")
	slog.New(slog.NewJSONHandler(os.Stdout, nil)).Log(context.Background(), slog.LevelError+4, "halted")
}
END
go mod init example.com/levels >/dev/null 2>&1
go get github.com/hashicorp/go-hclog@v1.6.3 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . >go.log

cat python.log node.log go.log
sed -n 1p python.log | grep -qx '{"message": "order refused"}'
sed -n 2p python.log | python/bin/python -c '
import json, sys
line = json.load(sys.stdin)
assert line["record"]["level"]["name"] == "ERROR" and "level" not in line and "order refused" in line["text"]'
grep -q '"level":50,' node.log
sed -n 1p go.log | grep -q '"@level":"error","@message":"order refused"'
sed -n 2p go.log | grep -q '"level":"ERROR+4"'
