"""Statistics of one daemon: counters, gauges and timers by the names operators know (operations.md 8.1).

Made by wiring, given to whoever counts, shown at ``/metrics`` in the Prometheus text format and, where
``statsd_enabled`` says so, sent as statsd lines. No registry is shared: two daemons in one process do not mix.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_NOT_A_NAME: Final = re.compile(r"[^a-zA-Z0-9_]+")
_NO_LABELS: Final[Mapping[str, str]] = {}
_BUCKETS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)

M = TypeVar("M", Counter, Gauge, Histogram)


class Summary(NamedTuple):
    """What one key has seen so far, as ``get_stats`` tells it."""

    least: float
    most: float
    times: int
    total: float

    def plus(self, value: float) -> Summary:
        """Return the summary with one more value."""
        return Summary(min(self.least, value), max(self.most, value), self.times + 1, self.total + value)


class StatsdSender:
    """Send each value to statsd over UDP; nobody listening is nobody's problem."""

    def __init__(self, host: str, port: int, prefix: str, daemon: str) -> None:
        self._address = (host, port)
        self._path = f"{prefix}.{daemon}" if prefix else daemon
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, key: str, value: float, kind: str) -> None:
        """Send one value; ``kind`` is ``c``, ``g`` or ``ms``."""
        with contextlib.suppress(OSError):
            self._socket.sendto(f"{self._path}.{key}:{value:g}|{kind}".encode(), self._address)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


class Stats:
    """Count, gauge and time by key; a key is dotted (``core.wait-ratio``), with labels where there are many of a kind.

    Thread safe for keys known already; the first use of a key makes it.
    """

    def __init__(self, daemon: str, role: str, statsd: StatsdSender | None = None) -> None:
        self._registry = CollectorRegistry()
        self._common = {"daemon": daemon, "role": role}
        self._metrics: dict[tuple[str, str], Counter | Gauge | Histogram] = {}
        self._summaries: dict[str, Summary] = {}
        self._statsd = statsd

    def count(self, key: str, amount: float = 1, labels: Mapping[str, str] = _NO_LABELS) -> None:
        """Add to a counter."""
        self._metric(Counter, key, "", labels).labels(*self._values(labels)).inc(amount)
        self._note(key, amount, amount, "c", labels)

    def gauge(self, key: str, value: float, labels: Mapping[str, str] = _NO_LABELS) -> None:
        """Say what a value is now."""
        self._metric(Gauge, key, "", labels).labels(*self._values(labels)).set(value)
        self._note(key, value, value, "g", labels)

    def time(self, key: str, seconds: float, labels: Mapping[str, str] = _NO_LABELS) -> None:
        """Say how long something took."""
        self._metric(Histogram, key, "_seconds", labels).labels(*self._values(labels)).observe(seconds)
        self._note(key, seconds, seconds * 1000, "ms", labels)

    def summaries(self) -> Mapping[str, Summary]:
        """Return least, most, count and total of each key."""
        return dict(self._summaries)

    def render(self) -> str:
        """Return everything in the Prometheus text format."""
        return generate_latest(self._registry).decode()

    def _values(self, labels: Mapping[str, str]) -> Sequence[str]:
        return (*self._common.values(), *(labels[name] for name in sorted(labels)))

    def _metric(self, kind: type[M], key: str, suffix: str, labels: Mapping[str, str]) -> M:
        name = "alignak_" + _NOT_A_NAME.sub("_", key).strip("_") + suffix
        metric = self._metrics.get((kind.__name__, name))
        if metric is None:
            names = (*self._common, *sorted(labels))
            metric = _make(kind, name, key, names, self._registry)
            self._metrics[kind.__name__, name] = metric
        assert isinstance(metric, kind)
        return metric

    def _note(self, key: str, value: float, sent: float, kind: str, labels: Mapping[str, str]) -> None:
        full = ".".join((key, *(_NOT_A_NAME.sub("_", labels[name]) for name in sorted(labels))))
        known = self._summaries.get(full)
        self._summaries[full] = known.plus(value) if known else Summary(value, value, 1, value)
        if self._statsd is not None:
            self._statsd.send(full, sent, kind)


def _make(
    kind: type[M], name: str, key: str, labels: Sequence[str], registry: CollectorRegistry
) -> Counter | Gauge | Histogram:
    if kind is Histogram:
        return Histogram(name, key, labels, registry=registry, buckets=_BUCKETS)
    return kind(name, key, labels, registry=registry)
