"""Logs: facts and ids as key=value, on stderr; never personal data."""

from __future__ import annotations

import logging
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class KeyValue(logging.Formatter):
    """`2026-11-22T08:00:00 INFO turn.failed inbox=12`; a traceback shows places, never values."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and for an error the frames and the exception's type."""
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')} {record.levelname} {record.getMessage()}"
        line += "".join(f" {key}={value}" for key, value in extras.items())
        if record.exc_info and record.exc_info[0] is not None:
            line += f" error={record.exc_info[0].__name__}" + _places(record)
        return line


def _places(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"\n    {code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return "".join(places[-12:])


def configure(level: str) -> None:
    """Send logs to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValue())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("aiohttp.access", "alembic", "apscheduler", "aiosqlite", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
