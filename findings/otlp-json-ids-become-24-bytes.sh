#!/usr/bin/env bash
# OTLP in JSON writes trace and span ids as hexadecimal, against protobuf's own rule for bytes (base64). Hexadecimal
# digits are base64 digits too. So protobuf's own JSON reader takes what an OpenTelemetry SDK wrote without an error, and
# has trace ids of 24 bytes and span ids of 12.
# Written again as JSON by the same library the text is as it was, so a round trip shows nothing. In protobuf they go
# out as other ids, of a length that OTLP does not have. The other way round, ids that are right become base64, and
# enums become names where OTLP wants numbers.
#
# Seen on 2026-11-30 with @opentelemetry/otlp-transformer 0.205.0, opentelemetry-proto 1.38.0 and protobuf 6.33.1:
#   written by the SDK:              "traceId":"5b8efff798038103d269b633813fc60c"
#   read by protobuf's JSON reader:  24 bytes, e5bf1e7df7fbf7cd37f35d37776ebd6fadf7f35ddf73ad1c
#   written by its JSON writer:      5b8efff798038103d269b633813fc60c
#   16 bytes that are right:         W47/95gDgQPSabYzgT/GDA==, and the kind is SPAN_KIND_SERVER, not 2
#
# Needs Python 3 with venv and Node.js with npm. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes >/dev/null
npm install --silent @opentelemetry/api@1.9.0 @opentelemetry/otlp-transformer@0.205.0 @opentelemetry/resources@2.1.0
node - >sent.json <<'END'
const { JsonTraceSerializer } = require('@opentelemetry/otlp-transformer');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const span = {
  name: 'order', kind: 1, startTime: [1544712660, 0], endTime: [1544712661, 0], status: { code: 0 }, attributes: {}, links: [], events: [],
  droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0, resource: resourceFromAttributes({}), instrumentationScope: { name: 'desk' },
  spanContext: () => ({ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', traceFlags: 1 }),
};
process.stdout.write(JsonTraceSerializer.serializeRequest([span]));
END
grep -o '"traceId":"[^"]*"' sent.json
grep -q '"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"' sent.json
grep -q '"kind":2' sent.json

python3 -m venv python
python/bin/pip install --quiet opentelemetry-proto==1.38.0 protobuf==6.33.1
python/bin/python - <<'END'
import json
from google.protobuf.json_format import MessageToJson, Parse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

def span_of(text):
    return json.loads(text)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]

request = Parse(open("sent.json").read(), ExportTraceServiceRequest(), ignore_unknown_fields=True)
span = request.resource_spans[0].scope_spans[0].spans[0]
print(len(span.trace_id), "bytes", span.trace_id.hex(), "and", len(span.span_id))
assert (span.trace_id.hex(), len(span.span_id)) == ("e5bf1e7df7fbf7cd37f35d37776ebd6fadf7f35ddf73ad1c", 12)
again = span_of(MessageToJson(request))
print("again", again["traceId"])
assert (again["traceId"], again["spanId"]) == ("5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174")

span.trace_id = bytes.fromhex("5b8efff798038103d269b633813fc60c")
right = span_of(MessageToJson(request))
print("right", right["traceId"], right["kind"])
assert (right["traceId"], right["kind"]) == ("W47/95gDgQPSabYzgT/GDA==", "SPAN_KIND_SERVER")
END
