"""The log: a flat JSON object a line on standard output, with the trace it belongs to."""

import json
import logging
import sys
from datetime import UTC, datetime

from opentelemetry import trace

# What every record has; anything else was given as `extra`.
_OWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"}
# Made once: `json.dumps` makes one for each line where it is told more than the line.
_JSON = json.JSONEncoder(default=str)
_LEVELS = {"WARNING": "warn", "CRITICAL": "error"}


class JsonFormatter(logging.Formatter):
    """Writes a record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": _LEVELS.get(record.levelname, record.levelname.lower()),
            "target": record.name,
            "message": record.getMessage(),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = trace.format_trace_id(span.trace_id)
            line["span_id"] = trace.format_span_id(span.span_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        for name, value in vars(record).items():
            if name not in _OWN:
                # A line has each name once.
                line[f"field_{name}" if name in line else name] = value
        return _JSON.encode(line)


def set_up(level: str) -> None:
    """Send what is logged from `level` upwards to standard output, and warnings of Python."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    # They tell of each attempt to reach what is away; the service tells of it once.
    noisy = ["urllib3", "opentelemetry.exporter"]
    # [kafka]
    noisy.append("aiokafka")
    # [/kafka]
    for name in noisy:
        logging.getLogger(name).setLevel(logging.CRITICAL)
