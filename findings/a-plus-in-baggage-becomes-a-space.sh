#!/usr/bin/env bash
# W3C baggage between services of three languages. Python reads and writes it as a form's fields, where a plus sign is a
# space; the specification knows percent signs alone. So what Go sends as 2026-12-01T09:00:00+02:00 has a space where the
# plus was when it comes to Python, and Python's "Trading Desk" comes as Trading+Desk to Go and JavaScript. JavaScript is
# saved by writing %2B; Go writes the plus as it is.
# A property (desk=fx;tier=1) is a part of the value for Python, and apart for the others. One member that is none, as an
# empty one between two commas, costs Go all the others; Python and JavaScript leave it out.
# Spaces around the equals sign, which are allowed, cost Python that member.
#
# Seen on 2026-11-30 with opentelemetry-api 1.39.0, @opentelemetry/core 2.2.0 and go.opentelemetry.io/otel 1.38.0.
#
# Needs Python 3 with venv, Node.js with npm, and Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv python
python/bin/pip install --quiet opentelemetry-api==1.39.0
cat >carry.py <<'END'
import logging
import sys

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

logging.disable()
for name in ["2026-12-01T09:00:00+02:00", "Trading Desk"]:
    carrier = {}
    W3CBaggagePropagator().inject(carrier, baggage.set_baggage("it", name))
    print("python writes", carrier["baggage"])
for header in sys.argv[1:]:
    members = baggage.get_all(W3CBaggagePropagator().extract({"baggage": header}))
    print("python reads", header, "as", *(f"[{key}: {value}]" for key, value in sorted(members.items())))
END

npm init --yes >/dev/null
npm install --silent @opentelemetry/core@2.2.0 @opentelemetry/api@1.9.0
cat >carry.mjs <<'END'
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
const propagator = new W3CBaggagePropagator();
for (const value of ['2026-12-01T09:00:00+02:00', 'Trading Desk']) {
  const carrier = {};
  propagator.inject(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ it: { value } })), carrier, defaultTextMapSetter);
  console.log('javascript writes', carrier.baggage);
}
for (const header of process.argv.slice(2)) {
  const members = propagation.getBaggage(propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter));
  const all = (members?.getAllEntries() ?? []).map(([key, { value }]) => `[${key}: ${value}]`).sort();
  console.log('javascript reads', header, 'as', ...all);
}
END

cat >main.go <<'END'
package main

import (
	"context"
	"fmt"
	"os"
	"sort"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
)

func main() {
	ctx, propagator := context.Background(), propagation.Baggage{}
	for _, value := range []string{"2026-12-01T09:00:00+02:00", "Trading Desk"} {
		member, err := baggage.NewMemberRaw("it", value)
		if err != nil {
			panic(err)
		}
		all, err := baggage.New(member)
		if err != nil {
			panic(err)
		}
		carrier := propagation.MapCarrier{}
		propagator.Inject(baggage.ContextWithBaggage(ctx, all), carrier)
		fmt.Println("go writes", carrier["baggage"])
	}
	for _, header := range os.Args[1:] {
		found := []string{}
		for _, it := range baggage.FromContext(propagator.Extract(ctx, propagation.MapCarrier{"baggage": header})).Members() {
			found = append(found, fmt.Sprintf(" [%s: %s]", it.Key(), it.Value()))
		}
		sort.Strings(found)
		line := "go reads " + header + " as"
		for _, it := range found {
			line += it
		}
		fmt.Println(line)
	}
}
END
go mod init example.com/carry >/dev/null 2>&1
go get go.opentelemetry.io/otel@v1.38.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o carry .

headers=('at=09:00+02:00' 'at=09:00%2B02:00' 'desk=fx;tier=1' 'desk=fx,,book=a' 'desk = fx,book=a')
{
  python/bin/python carry.py "${headers[@]}"
  node carry.mjs "${headers[@]}"
  ./carry "${headers[@]}"
} | tee seen

diff seen - <<'END'
python writes it=2026-12-01T09%3A00%3A00%2B02%3A00
python writes it=Trading+Desk
python reads at=09:00+02:00 as [at: 09:00 02:00]
python reads at=09:00%2B02:00 as [at: 09:00+02:00]
python reads desk=fx;tier=1 as [desk: fx;tier=1]
python reads desk=fx,,book=a as [book: a] [desk: fx]
python reads desk = fx,book=a as [book: a]
javascript writes it=2026-12-01T09%3A00%3A00%2B02%3A00
javascript writes it=Trading%20Desk
javascript reads at=09:00+02:00 as [at: 09:00+02:00]
javascript reads at=09:00%2B02:00 as [at: 09:00+02:00]
javascript reads desk=fx;tier=1 as [desk: fx]
javascript reads desk=fx,,book=a as [book: a] [desk: fx]
javascript reads desk = fx,book=a as [book: a] [desk: fx]
go writes it=2026-12-01T09:00:00+02:00
go writes it=Trading%20Desk
go reads at=09:00+02:00 as [at: 09:00+02:00]
go reads at=09:00%2B02:00 as [at: 09:00+02:00]
go reads desk=fx;tier=1 as [desk: fx]
go reads desk=fx,,book=a as
go reads desk = fx,book=a as [book: a] [desk: fx]
END
