"""Logs: one JSON line per event, on standard error. A line names routes and references, never tokens or numbers of persons."""

from __future__ import annotations

import json
import logging
import sys

from tpbis_events.foundation import clock

_log = logging.getLogger("tpbis")


class JsonLine(logging.Formatter):
    """One event, one line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.name != "tpbis":
            line["logger"] = record.name
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def init_logs(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it tells of each signature
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it greets with a line for each of its plugins


def event(name: str, **facts: object) -> None:
    """Say that something happened: `event("mail.sent", id=7)`."""
    _log.info(name, extra={"facts": facts})


def trouble(name: str, *, error: BaseException | None = None, **facts: object) -> None:
    """Say that something went wrong, with the traceback when there is one."""
    _log.error(name, extra={"facts": facts}, exc_info=error)
