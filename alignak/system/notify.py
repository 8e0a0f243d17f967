"""Telling systemd how the daemon fares: ready, reloading, alive, stopping.

The shell calls it; the watchdog is fed by the loop, so a stuck loop is seen (reliability.md 5.2 number 8). Without
systemd every call does nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping, MutableMapping
from typing import Final

_FED_EVERY: Final = 1.0
"""Seconds between two words to a watchdog that does not say how long it waits."""


class Notifier:
    """Send state to the socket systemd named in the environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.watchdog_interval = _watchdog_interval(environment)
        """Seconds between two ``watchdog`` calls at most: half of what systemd waits. 0 when it does not watch."""
        self._next_feed = 0.0
        self._is_stopping = False

    @property
    def is_watched(self) -> bool:
        """Tell whether somebody listens."""
        return self._address[:1] in ("/", "@")

    def ready(self, status: str = "") -> None:
        """Say that the daemon, or its reload, is complete."""
        self._send("READY=1", status)

    def reloading(self, status: str = "") -> None:
        """Say that a reload began; ``ready`` ends it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}", status)

    def stopping(self, status: str = "") -> None:
        """Say, once, that the daemon is about to end."""
        if not self._is_stopping:
            self._is_stopping = True
            self._send("STOPPING=1", status)

    def watchdog(self) -> None:
        """Say that the loop turns; a loop that turns a thousand times a second says it four times a watch only."""
        now = time.monotonic()
        if now >= self._next_feed:
            self._next_feed = now + (self.watchdog_interval / 2 or _FED_EVERY)
            self._send("WATCHDOG=1", "")

    def status(self, text: str) -> None:
        """Say in one line how the daemon fares."""
        self._send("", text)

    def _send(self, state: str, status: str) -> None:
        if not self.is_watched:
            return
        lines = [state] if state else []
        if status:
            lines.append("STATUS=" + " ".join(status.split()))
        # A name that begins with @ lies in the abstract namespace, whose addresses begin with a NUL.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        # Nobody there is no reason to stop, nor is a full socket a reason to wait.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(lines).encode(), address)


def take_over(environment: MutableMapping[str, str]) -> Notifier:
    """Return the way to systemd and remove it from the environment: what this process starts must not speak for it."""
    notifier = Notifier(environment)
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
        environment.pop(name, None)
    return notifier


def _watchdog_interval(environment: Mapping[str, str]) -> float:
    text, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not text.isdecimal() or (pid and pid != str(os.getpid())):
        return 0.0
    return int(text) / 2_000_000
