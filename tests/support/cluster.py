"""A whole installation on loopback for a test: real daemons, free ports, a folder of its own, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

DAEMONS: Mapping[str, str] = {
    "scheduler-master": "scheduler",
    "reactionner-master": "reactionner",
    "arbiter-master": "arbiter",
    "poller-master": "poller",
    "broker-master": "broker",
    "receiver-master": "receiver",
}

OBJECTS = """
define command{
    command_name    outbox
    command_line    printf '%s|%s|%s|%s|%s|%s\\n' $NOTIFICATIONTYPE$ $CONTACTNAME$ $HOSTNAME$ "$SERVICEDESC$" \\
        $HOSTSTATE$ $SERVICESTATE$ >> $OUTBOX$
}
define contact{
    contact_name                    admin
    host_notification_options       d,u,r,f,s
    service_notification_options    w,u,c,r,f,s
    host_notification_commands      outbox
    service_notification_commands   outbox
}
define host{
    name                    generic-host
    register                0
    check_interval          2
    retry_interval          1
    max_check_attempts      2
    notification_interval   0
    notification_options    d,u,r,f,s
    contacts                admin
}
define service{
    name                    generic-service
    register                0
    check_interval          2
    retry_interval          1
    max_check_attempts      2
    notification_interval   0
    notification_options    w,u,c,r,f,s
    contacts                admin
}
"""
"""Templates, a contact and a notification command that writes to the outbox file."""


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(what: Callable[[], Any], timeout: float = 20.0, about: str = "") -> Any:
    """Return the first true value of ``what``; fail when none comes in time."""
    until = time.monotonic() + timeout
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"waited {timeout:g} s in vain for {about or what}")
        time.sleep(0.05)


@dataclass
class Cluster:
    """Daemons that run, and how to ask them."""

    folder: Path
    daemons: dict[str, str]
    """Name -> role."""
    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    address: str = "127.0.0.1"
    """Where the daemons are asked at."""
    tls: ssl.SSLContext | None = None
    """How they are asked when they speak TLS."""

    @property
    def environment(self) -> Path:
        """Return the environment file."""
        return self.folder / "etc" / "alignak.ini"

    @property
    def outbox(self) -> Path:
        """Return the file notifications go to."""
        return self.folder / "outbox"

    @property
    def secret(self) -> str:
        """Return the instance secret."""
        return (self.folder / "var" / "secret").read_text().strip()

    def url(self, name: str, path: str) -> str:
        """Return the address of an endpoint."""
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.ports[name]}/{path}"

    def ask(self, name: str, path: str, body: Any = None, *, secret: bool = False, method: str = "") -> Any:
        """Return the decoded answer of an endpoint, whatever its status."""
        return self.exchange(name, path, body, secret=secret, method=method)[1]

    def exchange(
        self, name: str, path: str, body: Any = None, *, secret: bool = False, method: str = ""
    ) -> tuple[int, Any]:
        """Return the status and the decoded answer of an endpoint."""
        headers = {"Authorization": f"Bearer {self.secret}"} if secret else {}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url(name, path), data, headers, method=method or None)
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.tls) as answer:
                return answer.status, _decoded(answer.read(), answer.headers.get("Content-Type", ""))
        except urllib.error.HTTPError as error:
            return error.code, _decoded(error.read(), error.headers.get("Content-Type", ""))

    def is_ready(self, name: str) -> bool:
        """Tell whether a daemon is at work."""
        try:
            return self.exchange(name, "readyz")[0] == 200
        except OSError:
            return False

    def command(self, line: str) -> Any:
        """Give an external command to the arbiter."""
        return self.ask("arbiter-master", "command", {"command": line})

    def events(self, count: int = 1000) -> list[str]:
        """Return the lines of the monitoring log, oldest first, without date and level."""
        broker = next(name for name, role in self.daemons.items() if role == "broker")
        lines = self.ask(broker, f"events_log?count={count}")
        return [line.split(" - ", 2)[2] for line in reversed(lines)]

    def wait_for_event(self, text: str, timeout: float = 20.0) -> str:
        """Return the first line of the monitoring log that holds a text."""
        return wait_for(
            lambda: next((line for line in self.events() if text in line), None), timeout, f"the event {text!r}"
        )

    def wait_for_outbox(self, text: str, timeout: float = 20.0) -> str:
        """Return the first notification that holds a text."""

        def found() -> str | None:
            lines = self.outbox.read_text().splitlines() if self.outbox.exists() else []
            return next((line for line in lines if text in line), None)

        return wait_for(found, timeout, f"the notification {text!r}")

    def start(self, name: str) -> None:
        """Start a daemon."""
        log = (self.folder / "log" / f"{name}.out").open("ab")
        argv = [
            sys.executable,
            "-m",
            "alignak.cli.daemons",
            self.daemons[name],
            "-n",
            name,
            "-e",
            str(self.environment),
        ]
        self.processes[name] = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def kill(self, name: str) -> None:
        """Kill a daemon without warning."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self) -> None:
        """Stop everything and check that nothing is left."""
        family = [each for daemon in self.processes.values() for each in _family(daemon.pid)]
        for each in self.processes.values():
            each.send_signal(signal.SIGTERM)
        late = []
        for name, each in self.processes.items():
            try:
                each.wait(15)
            except subprocess.TimeoutExpired:
                late.append(name)
                each.kill()
        _, left = psutil.wait_procs(family, timeout=5)
        for each in left:
            each.kill()
        assert not late, f"did not stop within 15 s: {late}"
        assert not left, f"left behind: {left}"

    def log(self, name: str) -> str:
        """Return what a daemon logged."""
        return (self.folder / "log" / f"{name}.log").read_text()


def _decoded(raw: bytes, type_: str) -> Any:
    return json.loads(raw) if "json" in type_ else raw.decode()


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def write(
    folder: Path,
    objects: str,
    *,
    daemons: Mapping[str, str] = DAEMONS,
    sections: Mapping[str, str] | None = None,
    settings: str = "",
) -> Cluster:
    """Write an installation's files; ``sections`` adds lines to a daemon's section, ``settings`` to the global one."""
    ports = dict(zip(daemons, free_ports(len(daemons)), strict=True))
    for each in ("etc", "log", "run", "var"):
        (folder / each).mkdir(mode=0o700, exist_ok=True)
    text = [
        "[DEFAULT]",
        "idontcareaboutsecurity = 1" if os.geteuid() == 0 else "",
        f"workdir = {folder}/run",
        f"vardir = {folder}/var",
        f"logdir = {folder}/log",
        "polling_interval = 1",
        "min_workers = 1",
        "",
        "[alignak-configuration]",
        "alignak_name = Test",
        "cfg = objects.cfg",
        "interval_length = 1",
        "max_host_check_spread = 1",
        "max_service_check_spread = 1",
        f"_outbox = {folder}/outbox",
        settings,
    ]
    for name, role in daemons.items():
        text += ["", f"[daemon.{name}]", f"type = {role}", f"name = {name}", f"port = {ports[name]}"]
        text.append((sections or {}).get(name, ""))
    (folder / "etc" / "alignak.ini").write_text("\n".join(text) + "\n")
    (folder / "etc" / "objects.cfg").write_text(OBJECTS + objects)
    return Cluster(folder, dict(daemons), ports)


@contextmanager
def running(cluster: Cluster, *, wait: bool = True) -> Iterator[Cluster]:
    """Run every daemon of an installation; on the way out all are stopped."""
    for name in cluster.daemons:
        cluster.start(name)
    try:
        if wait:
            for name in cluster.daemons:
                wait_for(lambda name=name: cluster.is_ready(name), 30, f"{name} to be ready")
        yield cluster
    finally:
        cluster.stop()
