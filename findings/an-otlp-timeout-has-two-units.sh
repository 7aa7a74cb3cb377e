#!/usr/bin/env bash
# OTEL_EXPORTER_OTLP_TIMEOUT, by three SDKs. The specification says milliseconds, and Go and JavaScript take it so.
# Python takes seconds: with 2000, as an operator sets it for all services, a Python service whose collector does not
# answer holds on to its spans for half an hour. With 2, right for Python, the others give up each batch at once.
# None of the three says a word about it when it starts.
#
# The receiver here takes 300 ms for an answer. Seen on 2026-11-30 with opentelemetry-exporter-otlp-proto-http 1.39.0,
# @opentelemetry/exporter-trace-otlp-proto 0.208.0 and go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp 1.38.0:
#   value   Python           JavaScript         Go
#   2       taken, 2 s       Request Timeout    context deadline exceeded
#   2000    taken, 2000 s    taken              taken
#
# Needs Python 3 with venv, Node.js with npm, and Go. Sends to loopback alone. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d) receiver=''
trap '[ -z "$receiver" ] || kill "$receiver"; chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

cat >receiver.mjs <<'END'
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer((request, answer) => request.resume().on('end', () => setTimeout(() => answer.end(), 300)));
server.listen(0, '127.0.0.1', () => {
  writeFileSync('port.new', String(server.address().port));
  renameSync('port.new', 'port');
});
END

python3 -m venv python
python/bin/pip install --quiet opentelemetry-sdk==1.39.0 opentelemetry-exporter-otlp-proto-http==1.39.0
cat >send.py <<'END'
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter


class Told(SpanExporter):
    inner = OTLPSpanExporter()

    def export(self, spans):
        result = self.inner.export(spans)
        print("python", result.name, f"after at most {self.inner._timeout:.0f} s")
        return result


provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(Told()))
provider.get_tracer("a").start_span("a").end()
END

npm init --yes >/dev/null
npm install --silent @opentelemetry/sdk-trace-node@2.2.0 @opentelemetry/exporter-trace-otlp-proto@0.208.0
cat >send.mjs <<'END'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
const memory = new InMemorySpanExporter();
new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] }).getTracer('a').startSpan('a').end();
new OTLPTraceExporter().export(memory.getFinishedSpans(), (result) => console.log('javascript', result.error?.message ?? 'SUCCESS'));
END

cat >main.go <<'END'
package main

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func main() {
	ctx := context.Background()
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}))
	if err != nil {
		panic(err)
	}
	err = exporter.ExportSpans(ctx, []trace.ReadOnlySpan{tracetest.SpanStub{Name: "a"}.Snapshot()})
	if errors.Is(err, context.DeadlineExceeded) {
		err = context.DeadlineExceeded
	}
	fmt.Println("go", err)
}
END
go mod init example.com/send >/dev/null 2>&1
go get go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp@v1.38.0 go.opentelemetry.io/otel/sdk@v1.38.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o send .

node receiver.mjs &
receiver=$!
until [ -e port ]; do kill -0 "$receiver"; done
export OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$(<port)"
for timeout in 2 2000; do
  export OTEL_EXPORTER_OTLP_TIMEOUT=$timeout
  echo "timeout $timeout"
  python/bin/python send.py
  node send.mjs
  ./send
done | tee seen

diff seen - <<'END'
timeout 2
python SUCCESS after at most 2 s
javascript Request Timeout
go context deadline exceeded
timeout 2000
python SUCCESS after at most 2000 s
javascript SUCCESS
go <nil>
END
