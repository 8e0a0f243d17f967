"""Logs of a daemon, and the monitoring log.

The shell configures the first at start: one event is one line, control characters are shown and not sent, secrets are
starred, a source that repeats itself is cut short (reliability.md 5.2 number 15; operations.md 8.4). The broker owns a
``MonitoringLogWriter`` for ``alignak-events.log`` (broks-and-logs.md 6.3).
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import TimedRotatingFileHandler
from typing import Final

from alignak.base.codec import dumps
from alignak.base.errors import BadRequestError, StartError
from alignak.base.secret import Secret
from alignak.system.files import open_regular

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LINE_FORMAT: Final = "[%(asctime)s] %(levelname)s: [%(daemon)s.%(name)s] %(message)s"
DATE_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
KEPT_DAYS: Final = 7
KEPT_EVENT_DAYS: Final = 365

_BURST: Final = 200
"""Lines one source may write in a period before the rest of the period is counted instead."""
_PERIOD: Final = 10.0
_SHORTEST_SECRET: Final = 4
"""Starring shorter ones would star half the log."""

# C0 and C1 controls, DEL, line and paragraph separators, and what turns the direction of writing.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    """Return a text as one line without control characters: those are shown as ``\\n``, ``\\x1b``, ``\\u2028``."""
    return _CONTROL.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape", "surrogatepass").decode("ascii")


class Redactor:
    """Star secrets in whatever is about to be written."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._secrets = list(secrets)

    def add(self, secret: Secret) -> None:
        """Star this secret too from now on."""
        self._secrets.append(secret)

    def clean(self, text: str) -> str:
        """Return the text with ``***`` wherever a secret stood."""
        for secret in self._secrets:
            value = secret.reveal()
            if len(value) >= _SHORTEST_SECRET and value in text:
                text = text.replace(value, "***")
        return text


class LineFormatter(logging.Formatter):
    """Write an event as one line, a traceback included."""

    def __init__(self, daemon: str, redactor: Redactor, style: str = LINE_FORMAT, dates: str = DATE_FORMAT) -> None:
        super().__init__(style, dates, defaults={"daemon": daemon})
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        return escaped(self._redactor.clean(super().format(record)))


class JsonFormatter(logging.Formatter):
    """Write an event as one JSON document on one line."""

    def __init__(self, daemon: str, redactor: Redactor) -> None:
        super().__init__(datefmt="%Y-%m-%dT%H:%M:%S%z")
        self._daemon = daemon
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the document of an event."""
        clean = self._redactor.clean
        document = {
            "time": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "daemon": self._daemon,
            "logger": record.name,
            "message": escaped(clean(record.getMessage())),
        }
        if record.exc_info:
            document["exception"] = escaped(clean(self.formatException(record.exc_info)))
        return dumps(document)


class RepeatFilter(logging.Filter):
    """Let a place in the code write so many lines a period, and say how many it wrote beyond."""

    def __init__(self, burst: int = _BURST, period: float = _PERIOD) -> None:
        super().__init__()
        self._burst = burst
        self._period = period
        self._sources: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether an event is written; the first after a pause tells of those that were not."""
        source = (record.name, record.lineno)
        since, count = self._sources.get(source, (record.created, 0))
        if not 0 <= record.created - since < self._period:
            since, suppressed, count = record.created, max(0, count - self._burst), 0
            if suppressed:
                record.msg = f"{record.getMessage()} ({suppressed} more of these were not written)"
                record.args = None
        self._sources[source] = (since, count + 1)
        return count < self._burst


class PrivateRotatingFile(TimedRotatingFileHandler):
    """A log file only its owner reads, never opened through a link, with a new one at midnight."""

    def __init__(self, path: str, keep: int, when: str = "midnight", interval: int = 1) -> None:
        self.failures = 0
        super().__init__(path, when=when, interval=interval, backupCount=keep, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        descriptor = open_regular(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002  the signature is logging's
        """Count a line that could not be written: a full disk must not stop a daemon."""
        self.failures += 1


class LogSettings:
    """What a daemon's log is configured with, and what can be changed while it runs."""

    def __init__(self, handlers: Iterable[logging.Handler], redactor: Redactor) -> None:
        self._handlers = tuple(handlers)
        self.redactor = redactor

    def close(self) -> None:
        """Write out and let go of the files."""
        root = logging.getLogger()
        for handler in self._handlers:
            root.removeHandler(handler)
            handler.close()


def configure(
    name: str,
    level: str,
    path: str | None,
    *,
    console: bool = False,
    secrets: Iterable[Secret] = (),
    json_lines: bool = False,
    keep: int = KEPT_DAYS,
    when: str = "midnight",
    interval: int = 1,
    line_format: str = LINE_FORMAT,
    date_format: str = DATE_FORMAT,
) -> LogSettings:
    """Have everything the process logs written to a file, the console, or both, and return what can be changed later.

    ``name`` is the daemon's, ``path`` None for no file; a new file begins when ``when`` and ``interval`` say, as
    ``TimedRotatingFileHandler`` reads them. Raises StartError when the file cannot be opened (exit code 3) or a setting
    cannot be used (1), and BadRequestError when there is no such level.
    """
    set_level(level)
    redactor = Redactor(secrets)
    formatter = (
        JsonFormatter(name, redactor) if json_lines else _line_formatter(name, redactor, line_format, date_format)
    )
    handlers: list[logging.Handler] = []
    if path is not None:
        handlers.append(_open_log(path, keep, when, interval))
    if console:
        handlers.append(logging.StreamHandler(sys.stdout))
    root = logging.getLogger()
    for handler in handlers:
        handler.setFormatter(formatter)
        handler.addFilter(RepeatFilter())
        root.addHandler(handler)
    return LogSettings(handlers, redactor)


def _line_formatter(name: str, redactor: Redactor, style: str, dates: str) -> logging.Formatter:
    """Return a formatter that has written a line already: a bad format must not lose every line later.

    ``%(my_date)s`` is another historical name of the date.
    """
    try:
        formatter = LineFormatter(name, redactor, style.replace("%(my_date)s", "%(asctime)s"), dates)
        formatter.format(logging.makeLogRecord({"msg": "a line", "levelname": "INFO", "name": "alignak"}))
    except (KeyError, ValueError, TypeError) as error:
        raise StartError(f"log_format={style} cannot be used: {error}", 1) from error
    return formatter


def _open_log(path: str, keep: int, when: str, interval: int) -> logging.Handler:
    try:
        return PrivateRotatingFile(path, keep, when, interval)
    except OSError as error:
        raise StartError(f"the log file {path} cannot be opened: {error}", 3) from error
    except ValueError as error:
        raise StartError(f"log_rotation_when={when}, log_rotation_interval={interval}: {error}", 1) from error


def set_level(level: str) -> None:
    """Change how much our own code logs, at once. Raises BadRequestError when there is no such level."""
    if level.upper() not in LEVELS:
        raise BadRequestError(f"Required log level is not allowed: {level}; one of {', '.join(LEVELS)}")
    logging.getLogger("alignak").setLevel(level.upper())


class MonitoringLogWriter:
    """Write monitoring events as lines ``[2026-11-22 04:16:38] WARNING: message`` into a file of their own."""

    def __init__(
        self,
        path: str,
        date_format: str = DATE_FORMAT,
        keep: int = KEPT_EVENT_DAYS,
        when: str = "midnight",
        interval: int = 1,
    ) -> None:
        try:
            self._file = PrivateRotatingFile(path, keep, when, interval)
        except (OSError, ValueError) as error:
            raise StartError(f"the events log {path} cannot be opened: {error}", 2) from error
        style = "[%(asctime)s] %(levelname)s: %(message)s"
        self._file.setFormatter(LineFormatter("", Redactor(), style, date_format))

    @property
    def failures(self) -> int:
        """Return how many lines could not be written."""
        return self._file.failures

    def write(self, at: float, level: str, message: str) -> None:
        """Write one event that happened at a wall time; the level in any case (``info``, ``WARNING``)."""
        record = logging.makeLogRecord({"created": at, "levelname": level.upper(), "msg": message})
        self._file.handle(record)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
