#!/usr/bin/env bash
# The OpenTelemetry Collector reads {"level":50}, as pino and bunyan write it, as an error only as long as nobody asks
# for whole numbers: with `parse_ints: true` the json_parser makes an int64 of 50, which the severity_parser refuses. It
# takes int (as YAML has it), float64 (as JSON has it), strings and bytes. With `on_error: send_quiet` no line says so,
# and the record goes on without a severity.
#
# Seen on 2026-11-29 with pkg/stanza 0.149.0:
#   parse_ints false: severity 17 (error)
#   parse_ints true:  severity 0 (unset), "type int64 cannot be a severity"
#
# Needs Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >level_test.go <<'END'
package level

import (
	"context"
	"fmt"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/entry"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/json"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/operator/parser/severity"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza/testutil"
	"go.opentelemetry.io/collector/component/componenttest"
)

func TestLevel(t *testing.T) {
	for _, ints := range []bool{false, true} {
		set := componenttest.NewNopTelemetrySettings()
		parser := json.NewConfig()
		parser.ParseInts = ints
		parser.OutputIDs = []string{"severity_parser"}
		first, err := parser.Build(set)
		if err != nil {
			t.Fatal(err)
		}
		level := severity.NewConfig()
		from := entry.NewAttributeField("level")
		level.ParseFrom = &from
		level.Mapping = map[string]any{"error": 50}
		level.OutputIDs = []string{"fake"}
		second, err := level.Build(set)
		if err != nil {
			t.Fatal(err)
		}
		out := testutil.NewFakeOutput(t)
		if err := first.SetOutputs([]operator.Operator{second}); err != nil {
			t.Fatal(err)
		}
		if err := second.SetOutputs([]operator.Operator{out}); err != nil {
			t.Fatal(err)
		}
		record := entry.New()
		record.Body = `{"level":50,"msg":"order refused"}`
		err = first.Process(context.Background(), record)
		found := <-out.Received
		fmt.Printf("parse_ints %v: severity %d, error %v\n", ints, found.Severity, err)
	}
}
END
go mod init example.com/level >/dev/null 2>&1
go get github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza@v0.149.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go test -run TestLevel . -v >log 2>&1 || true
cat log
grep -q 'parse_ints false: severity 17, error <nil>' log
grep -q 'parse_ints true: severity 0, error .*type int64 cannot be a severity' log
