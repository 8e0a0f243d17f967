"""How fast passive results become states, beside nagios4 and icinga2 on the same objects and the same lines.

A hundred thousand lines for ten thousand services, one in ten a change of state. Ours count when they are applied and
on the disk, with all daemons at work and one scheduler, or one for each core. What peers applied is in their memory.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import psutil

from tests.bench.dialects import Form
from tests.bench.engines import icinga_daemon, our_daemons_running, running
from tests.bench.frame import LIMIT, Figures, Found, Options, Row, Subject, measured
from tests.bench.objects import hosts, services
from tests.bench.pools import CORES
from tests.bench.processes import Program
from tests.bench.trees import Tree, forget, make, pipe_of
from tests.support.cluster import Cluster, wait_for
from tests.support.peers import Peer, PeerMissingError, icinga, nagios

HOSTS: Final = 1_000
"""Ten services each."""

PASSES: Final = 10
"""How often every service is heard of."""

PERIOD: Final = 20
"""A service has a problem once in so many results, and is well again with the next: one in ten is a change."""

BATCH: Final = 1_000
"""Lines of one HTTP request."""

OVER_ICINGA: Final = 3.0
WANTED: Final = 25_000.0
"""Results a second."""

PATIENCE: Final = 120.0
PACE: Final = 0.05

ALONE: Final = "alignak, one scheduler"
OURS: Final = f"alignak, {CORES} schedulers"
RECEIVER: Final = "receiver-master"
WAYS: Final = ("by the pipe", "by HTTP")

ICINGA_PIPE: Final = """
object ExternalCommandListener "pipe" {{ command_path = "{folder}/run/commands" }}
object FileLogger "log" {{ severity = "warning", path = "{folder}/run/log" }}
"""


def rows(options: Options) -> Found:
    """Yield the rates by each way, beside each peer and the limit, and what a result costs each of the programs."""
    count = min(options.hosts) if min(options.hosts) < HOSTS else HOSTS
    tree = make(options.folder / "passive", Form.EXPLICIT, count)
    subjects = [Subject(ALONE, partial(_ours, tree, 1)), Subject(OURS, partial(_ours, tree, CORES))]
    for name, get, measure in (("nagios4", nagios, _nagios), ("icinga2", icinga, _icinga)):
        try:
            subjects.append(Subject(name, partial(measure, get(), tree)))
        except PeerMissingError as error:
            yield f"Without {name}: {error}"
    found = measured(subjects, options.rounds)
    ours = found[OURS]
    for way in WAYS:
        yield _rate(way, ours[way], ALONE, found[ALONE][way], None)
        for each in subjects[2:]:
            goal = OVER_ICINGA if each.name == "icinga2" and count == HOSTS else None
            yield _rate(way, ours[way], each.name, found[each.name]["rate"], goal)
        yield _rate(way, ours[way], LIMIT, [WANTED], 1.0 if count == HOSTS else None)
    yield from _costs(found)


def _rate(way: str, ours: Sequence[float], against: str, theirs: Sequence[float], goal: float | None) -> Row:
    return Row(f"passive results {way}", "/s", ours, against, theirs, goal, is_rate=True)


def _costs(found: Mapping[str, Mapping[str, list[float]]]) -> Iterator[Row]:
    """Yield the processor time that a result takes in each of our daemons, and in a peer as a whole."""
    for question, values in found[OURS].items():
        if question not in WAYS:
            yield Row(question, "µs", values, ALONE, found[ALONE][question])
    for name in found.keys() - {OURS, ALONE}:
        yield Row(f"processor time of {name}, a result", "µs", found[name]["cpu"])


# The lines


def _names(tree: Tree) -> list[str]:
    """Return each service as commands name it."""
    return [f"{host.name};{service.description}" for host in hosts(tree.hosts) for service in services(host)]


def _first(tree: Tree) -> list[str]:
    """Return what makes every object known and well."""
    those = [f"PROCESS_HOST_CHECK_RESULT;{host.name};0;PING OK" for host in hosts(tree.hosts)]
    return _stamped([*those, *(f"PROCESS_SERVICE_CHECK_RESULT;{name};0;first OK" for name in _names(tree))])


def _storm(tree: Tree) -> list[str]:
    """Return the lines that are measured."""
    names = _names(tree)
    return _stamped([_result(name, number, turn) for turn in range(PASSES) for number, name in enumerate(names)])


def _result(name: str, number: int, turn: int) -> str:
    is_problem = (number + turn) % PERIOD == 0
    code, word = (2, "CRITICAL") if is_problem else (0, "OK")
    return f"PROCESS_SERVICE_CHECK_RESULT;{name};{code};{word} - result {turn} took 0.012 s|time=0.012s;5;10;0"


def _stamped(lines: Sequence[str]) -> list[str]:
    now = int(time.time())
    return [f"[{now}] {line}" for line in lines]


# The ways in


def _open(pipe: Path) -> int:
    """Return a pipe to write to, once somebody reads it."""

    def opened() -> int | None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in (errno.ENXIO, errno.ENOENT):
                return None
            raise

    descriptor: int = wait_for(opened, PATIENCE, f"a reader of {pipe}")
    os.set_blocking(descriptor, True)
    return descriptor


def _write(pipe: Path, lines: Sequence[str]) -> None:
    with open(_open(pipe), "wb", buffering=0) as file:
        for start in range(0, len(lines), BATCH):
            data = memoryview("".join(f"{each}\n" for each in lines[start : start + BATCH]).encode())
            while data:
                data = data[file.write(data) :]


def _post(cluster: Cluster, lines: Sequence[str]) -> None:
    connection = HTTPConnection(cluster.address, cluster.ports[RECEIVER], timeout=PATIENCE)
    for start in range(0, len(lines), BATCH):
        body = json.dumps({"commands": lines[start : start + BATCH]})
        connection.request("POST", "/command", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        if answer["_status"] != "OK":
            raise RuntimeError(f"the receiver answers {answer['_message']}")
    connection.close()


# The engines


def _ours(tree: Tree, schedulers: int) -> Figures:
    with our_daemons_running(tree, schedulers) as (_, cluster):
        _timed(cluster, partial(_post, cluster), _first(tree))
        ways: dict[str, Callable[[Sequence[str]], None]] = {
            WAYS[0]: partial(_write, pipe_of(tree.folder)),
            WAYS[1]: partial(_post, cluster),
        }
        found: dict[str, float] = {}
        for way, give in ways.items():
            lines = _storm(tree)
            before = _cpu_by_role()
            found[way] = len(lines) / _timed(cluster, give, lines)
            wait_for(lambda: _is_quiet(cluster), PATIENCE, "the broker to have read everything")
            for role, seconds in _cpu_by_role().items():
                found[f"processor time of the {role}, a result {way}"] = (seconds - before[role]) / len(lines) * 1e6
        return found


def _timed(cluster: Cluster, give: Callable[[Sequence[str]], None], lines: Sequence[str]) -> float:
    """Give lines and return the seconds until the scheduler has stored what came of all of them."""
    wanted = _settled(cluster) + len(lines)
    began = time.monotonic()
    give(lines)
    until = time.monotonic() + PATIENCE
    while (settled := _settled(cluster)) < wanted:
        if time.monotonic() > until:
            raise RuntimeError(f"{wanted - settled} results were not applied within {PATIENCE:g} s")
        time.sleep(PACE)
    return time.monotonic() - began


def _settled(cluster: Cluster) -> int:
    return int(_counters(cluster, RECEIVER)["external-commands-settled"])


def _counters(cluster: Cluster, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cluster.ask(name, "get_stats")["counters"]
    return found


def _is_quiet(cluster: Cluster) -> bool:
    """Tell whether the broker gets nothing any more."""
    before = _counters(cluster, "broker-master")["broks-external"]
    time.sleep(0.5)
    return bool(_counters(cluster, "broker-master")["broks-external"] == before)


def _cpu_by_role() -> dict[str, float]:
    """Return the processor time of the daemons that results pass through."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        title = process.name() + " ".join(process.cmdline())
        for role in ("receiver", "scheduler", "broker"):
            if role in title:
                found[role] = found.get(role, 0.0) + _cpu(process)
    return found


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _nagios(peer: Peer, tree: Tree) -> Figures:
    forget(tree)
    log = tree.folder / "log" / "nagios.log"
    return _peer(tree, Program((peer.program, tree.nagios), peer.environment), tree.folder / "nagios/nagios.cmd", log)


def _icinga(peer: Peer, tree: Tree) -> Figures:
    forget(tree)
    below = tree.icinga.parent
    main = below / "passive.conf"
    text = tree.icinga.read_text().replace('object CheckerComponent "checker" { }\n', "")
    main.write_text(text + ICINGA_PIPE.format(folder=below))
    (below / "run" / "log").unlink(missing_ok=True)
    return _peer(tree, icinga_daemon(peer, tree, main), below / "run" / "commands", below / "run" / "log")


def _peer(tree: Tree, program: Program, pipe: Path, log: Path) -> Figures:
    """Return what a peer does: it works line by line, and has done all when it complains of the last."""

    def give(lines: Sequence[str], nobody: str) -> float:
        began = time.monotonic()
        _write(pipe, [*lines, *_stamped([f"PROCESS_HOST_CHECK_RESULT;{nobody};0;the last"])])
        until = began + PATIENCE
        while nobody not in log.read_text(errors="replace")[-2000:]:
            if time.monotonic() > until:
                raise RuntimeError(f"{program.argv} did not take the last line within {PATIENCE:g} s, see {log}")
            time.sleep(PACE)
        return time.monotonic() - began

    pipe.unlink(missing_ok=True)
    with running(tree, program, pipe.exists):
        os.close(_open(pipe))
        give(_first(tree), "nobody-1")
        lines = _storm(tree)
        family = psutil.Process().children(recursive=True)
        before = sum(map(_cpu, family))
        seconds = give(lines, "nobody-2")
        return {"rate": len(lines) / seconds, "cpu": (sum(map(_cpu, family)) - before) / len(lines) * 1e6}
