"""What a person would try on the running service; the process that serves is the argument."""

import json
import os
import signal
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TRACE = "0af7651916cd43dd8448eb211c80319c"
URL = "http://127.0.0.1:8080"


def get(path, data=None):
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "content-type": "application/json"}
    try:
        answer = urlopen(Request(URL + path, data, headers))
    except HTTPError as error:
        answer = error
    return answer.status, answer.read().decode()


deadline = time.monotonic() + 60
while True:
    try:
        assert get("/health") == (200, '{"status":"ok"}')
        break
    except OSError:
        assert time.monotonic() < deadline, "no answer within 60 s"
        time.sleep(0.05)

status, ready = get("/ready")
assert (status, set(json.loads(ready)["missing"])) == (503, {"kafka", "database"}), ready
status, made = get("/items", b'{"name": "bolt", "quantity": 3}')
assert (status, "event bus" in made) == (503, True), made
_, figures = get("/metrics")
assert f'# {{trace_id="{TRACE}"}}' in figures, figures

os.kill(int(sys.argv[1]), signal.SIGTERM)
while True:
    try:
        status, ready = get("/ready")
        assert status == 503, ready
    except OSError:
        break
    assert time.monotonic() < deadline, "it has not ended"
    time.sleep(0.05)
