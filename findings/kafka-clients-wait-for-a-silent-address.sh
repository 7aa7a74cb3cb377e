#!/usr/bin/env bash
# How long do two Kafka clients wait for a TCP connection to an address where nobody answers, as that of a broker's pod
# which has just been replaced (its Service already leads elsewhere, and a new attempt would succeed)? Not as long as a
# record may take: librdkafka gives a record up after message.timeout.ms, here 5 s, and goes on with the same attempt for
# 30 s (socket.connection.setup.timeout.ms), so each record of that half minute is lost in the same way. aiokafka has no
# setting for it: its request_timeout_ms, 40 s, is for connections too, and a shorter one is one for every request.
# Java's client waits for 10 s (socket.connection.setup.timeout.ms, its documentation; not run here).
#
# Seen on 2026-12-03 with confluent-kafka 2.16.1 and aiokafka 0.14.0:
#   librdkafka: a record is given up after 5 s
#   librdkafka: the attempt is given up after 30 s
#   aiokafka: the attempt is given up after 40 s
#
# Needs Python 3 with venv; takes 45 s. The address is a listener on loopback whose queue is full.
# Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv python
python/bin/pip install --quiet confluent-kafka==2.16.1 aiokafka==0.14.0
python/bin/python - <<'END' | tee seen
import asyncio
import logging
import socket
import time

from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

# Linux drops what comes once the queue of connections that nobody takes is full.
silent = socket.create_server(("127.0.0.1", 0), backlog=1)
address = silent.getsockname()
waiting = []
for _ in range(8):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(address)
    waiting.append(one)
time.sleep(0.5)

started = time.monotonic()
told = {}


def tell(what):
    told.setdefault(what, int(time.monotonic() - started))


def failed(error):
    if error.name() == "_ALL_BROKERS_DOWN":
        tell("the attempt")


producer = Producer(
    {
        "bootstrap.servers": f"127.0.0.1:{address[1]}",
        "message.timeout.ms": 5000,
        "error_cb": failed,
        "log_level": 0,
    }
)
producer.produce("orders", b"one", on_delivery=lambda error, _: tell("a record"))
logging.disable(logging.CRITICAL)


async def other():
    client = AIOKafkaProducer(bootstrap_servers=f"127.0.0.1:{address[1]}")
    try:
        await client.start()
    except Exception:
        return int(time.monotonic() - started)
    finally:
        await client.stop()


async def both():
    async def polled():
        while len(told) < 2 and time.monotonic() - started < 60:
            producer.poll(0)
            await asyncio.sleep(0.1)

    return (await asyncio.gather(other(), polled()))[0]


other_took = asyncio.run(both())
for what in ("a record", "the attempt"):
    print(f"librdkafka: {what} is given up after {told.get(what)} s")
print(f"aiokafka: the attempt is given up after {other_took} s")
END

diff seen - <<'END'
librdkafka: a record is given up after 5 s
librdkafka: the attempt is given up after 30 s
aiokafka: the attempt is given up after 40 s
END
