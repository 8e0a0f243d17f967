"""The process of a module: whatever it does, the one who asks gets an answer or a reason in time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest

from alignak.base.secret import Secret
from alignak.model.topology import Module
from alignak.modules.host import ModuleFailedError, ModuleHost, secrets_of
from alignak.modules.interface import GetObjects
from tests.support.cluster import wait_for

HEAD = """
import os, signal, socket, struct, subprocess, sys, time
import msgspec
line = socket.socket(fileno=int(sys.argv[1]))
def send(message):
    body = msgspec.msgpack.encode(message)
    line.sendall(struct.pack("<I", len(body)) + body)
"""


def host(code: str, *secrets: str) -> ModuleHost:
    """Start a process that does this."""
    return ModuleHost("cmdb", [sys.executable, "-c", HEAD + code], [Secret(each) for each in secrets])


def within(seconds: float) -> float:
    """Return a deadline."""
    return time.monotonic() + seconds


def test_an_answer_comes_behind_what_is_said_before(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    code = """
send({"type": "Said", "level": 30, "text": "the word is hunter22\\x1b[31m"})
print("and hunter22 again", flush=True)
send({"type": "Gave", "objects": {"hosts": []}})
line.recv(1)
print("last words")
"""
    with host(code, "hunter22") as found:
        assert found.ask(GetObjects(), within(20)).objects == {"hosts": []}  # type: ignore[union-attr]

    said = {(each.name, each.levelname, each.getMessage()) for each in caplog.records}
    assert said == {
        ("alignak.module.cmdb", "WARNING", "module cmdb: the word is ***\\x1b[31m"),
        ("alignak.module.cmdb.output", "INFO", "module cmdb: and *** again"),
        ("alignak.module.cmdb.output", "INFO", "module cmdb: last words"),
    }


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("sys.exit(5)", "ended with exit code 5"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        ("line.recv(10); os._exit(0)", "ended with exit code 0"),
        ("line.close(); time.sleep(60)", "closed the line"),
    ],
)
def test_how_a_process_ended_is_told(code: str, reason: str) -> None:
    with host(code) as found, pytest.raises(EOFError, match=reason):
        found.ask(GetObjects(), within(20))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("line.sendall(b'\\x03\\x00\\x00\\x00abc'); line.recv(10)", "its process answers what cannot be read"),
        ("line.sendall(b'\\xff\\xff\\xff\\xff'); line.recv(10)", "it gives more than 512 MiB at once"),
        ("send({'type': 'Failed', 'message': 'no hunter22', 'may_pass': True}); line.recv(10)", r"no \*\*\*"),
    ],
)
def test_what_is_no_answer_is_a_failure(code: str, reason: str) -> None:
    with host(code, "hunter22") as found, pytest.raises(ModuleFailedError, match=reason):
        found.ask(GetObjects(), within(20))


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(60)",
        "line.sendall(b'\\xff\\x00'); time.sleep(60)",
        "os.close(1); os.close(2); time.sleep(60)",
        "while True: print('x' * 1000)",
        "while True: send({'type': 'Said', 'level': 10, 'text': 'x'})",
    ],
)
def test_who_does_not_answer_is_not_waited_for_longer_than_wanted(code: str) -> None:
    found = host(code)
    with pytest.raises(TimeoutError):
        found.ask(GetObjects(), within(0.5))
    began = time.monotonic()
    found.end(0.2)
    assert time.monotonic() - began < 5


def test_what_a_module_started_ends_with_it() -> None:
    code = """
child = subprocess.Popen(["/bin/sleep", "60"])
send({"type": "Gave", "objects": child.pid})
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(60)
"""
    with host(code) as found:
        pid = found.ask(GetObjects(), within(20)).objects  # type: ignore[union-attr]
        found.end = _at_once(found.end)  # type: ignore[method-assign]

    wait_for(lambda: not _runs(pid), 5, "the end of what the module started")


def test_a_program_that_does_not_exist_is_a_failure() -> None:
    with pytest.raises(ModuleFailedError, match="no process can be started for it: "):
        ModuleHost("cmdb", ["/nowhere/python"])


def test_options_that_look_like_secrets_are_kept_out_of_the_log() -> None:
    options = {"password": "hunter22", "api_token": "t0ken", "host": "cmdb.example"}

    assert [each.reveal() for each in secrets_of(Module("cmdb", options=options))] == ["hunter22", "t0ken"]


def _at_once(end: Callable[[float], None]) -> Callable[[float], None]:
    return lambda wait: end(min(wait, 0.1))


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
