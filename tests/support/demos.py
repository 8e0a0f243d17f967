"""A running ``alignak demo``, driven as a person does it: by its program, its files and its commands."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import ujson

from alignak.cli import stage
from alignak.cli.asking import Asker
from alignak.cli.stage import Stage
from alignak.model.topology import Role

READY_WITHIN = 60.0
"""Seconds; on a machine that does nothing else it is about five."""


def free_base() -> int:
    """Return the first of six ports in a row that nobody listens on."""
    while True:
        base = random.randrange(20_000, 32_000)
        if not any(stage.taken(stage.ports(base))):
            return base


def wait_for(what: Callable[[], Any], within: float) -> Any:
    """Return what a function returns once that is something; fail when it is not in time."""
    until = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < until, f"not within {within:g} s: {what}"
        time.sleep(0.1)
    return found


class Demo:
    """One demo and the folder it plays in; used as a context manager it never leaves a process behind."""

    def __init__(self, folder: Path, base: int | None = None) -> None:
        self.place = Stage(str(folder))
        self.base = base or free_base()
        self.lines: list[dict[str, Any]] = []
        self._output = folder.parent / f"{folder.name}.lines"

    def __enter__(self) -> Demo:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def start(self) -> float:
        """Start it and return after how many seconds it said that it is ready."""
        argv = ["demo", "--data", self.place.folder, "--base-port", str(self.base), "-o", "json"]
        began = time.monotonic()
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "alignak.cli.main", *argv], stdout=output, stderr=output, start_new_session=True
            )
        wait_for(lambda: self.process.poll() is not None or self.said("ready"), READY_WITHIN)
        assert self.process.poll() is None, self._output.read_text()
        return time.monotonic() - began

    def said(self, kind: str) -> list[dict[str, Any]]:
        """Return the lines of a kind it printed so far."""
        lines = self._output.read_text().splitlines()
        return [found for line in lines if line.startswith("{") and (found := ujson.loads(line))["kind"] == kind]

    def processes(self) -> list[psutil.Process]:
        """Return all its processes but the first."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def run(self, *words: str) -> tuple[int, str]:
        """Run ``alignak`` and return its exit code and what it printed."""
        argv = [sys.executable, "-m", "alignak.cli.main", *words]
        found = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        return found.returncode, found.stdout + found.stderr

    def demo(self, *words: str) -> tuple[int, str]:
        """Run ``alignak demo`` on the same folder."""
        return self.run("demo", *words, "--data", self.place.folder)

    def status(self) -> dict[str, Any]:
        """Return what ``alignak demo status`` says."""
        code, printed = self.demo("status", "-o", "json")
        assert code in (0, 1), printed
        found: dict[str, Any] = ujson.loads(printed)
        return found

    def url(self, role: Role) -> str:
        """Return the address of a daemon."""
        return f"http://127.0.0.1:{stage.ports(self.base)[role]}/"

    def ask(self, role: Role) -> Asker:
        """Return a way to ask a daemon."""
        return Asker(self.url(role), role=role)

    def outbox(self) -> list[str]:
        """Return the notifications sent so far."""
        return Path(self.place.outbox).read_text().splitlines() if os.path.exists(self.place.outbox) else []

    def state_of(self, name: str) -> str:
        """Return the state of a host or a ``host/service``."""
        answer = self.ask(Role.SCHEDULER).ask("dump")
        host_name, _, service = name.partition("/")
        host = next(each for each in answer if each["host"] == host_name)
        if not service:
            return str(host["state"])
        return str(next(each["state"] for each in host["services"] if each["name"] == service))

    def process_of(self, role: Role) -> psutil.Process:
        """Return the process of a daemon, by the pid file it holds."""
        path = Path(self.place.var) / f"{role.value}-master.pid"
        return psutil.Process(int(path.read_text()))

    def are_ports_free(self) -> bool:
        """Tell whether nobody listens on its ports."""
        for port in stage.ports(self.base).values():
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return False
        return True
