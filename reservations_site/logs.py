"""Logs: a line for people, or an object for programs (LOG_FORMAT=json); each says which request it was."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from reservations_site.requests import current


class Line(logging.Formatter):
    """Time, level, logger and sentence; and the request's id, where there is a request."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the name that logging gave it
        said, name = super().formatMessage(record), current.get()
        return f"{said} [{name}]" if name else said


class Json(logging.Formatter):
    """One object a line, so that no text that somebody typed can look like another entry."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if name := current.get():
            told["request_id"] = name
        told |= getattr(record, "facts", {})
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str, ensure_ascii=False)


FORMATS = {"line": Line, "json": Json}
