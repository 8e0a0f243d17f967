"""One rate, tried: an engine checks a site for a while, and what it did, how late and at what cost is read off.

Ours is asked over HTTP; Nagios through its query socket and the status file it writes. Both tell the latency of the
last check of each service, of which the average is taken; the window is longer than the interval, so all of it is in.
"""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil

from tests.bench import accounting
from tests.bench.active_site import Site, make, write_environment
from tests.bench.climbing import Step
from tests.bench.engines import ARBITER, RUNS, running
from tests.bench.processes import Program
from tests.bench.trees import Tree
from tests.support.cluster import Cluster, wait_for
from tests.support.peers import Peer
from tests.support.programs import variables

STATES: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
SCHEDULER: Final = "scheduler-master"
BROKER: Final = "broker-master"

WINDOWS: Final = 2
"""How often an engine may show that it holds a rate, so that what its start took is not held against it."""

_COUNTER: Final = re.compile(r"^alignak_(\w+)\{.*\} (\S+)$", re.MULTILINE)


class Times(NamedTuple):
    """How long is looked, in seconds; what came due while an engine started is to be over by then."""

    warm_up: float = 25.0
    window: float = 15.0


class _Count(NamedTuple):
    """What an engine has done so far."""

    at: float
    done: float
    cpu: Mapping[str, float]


class _Look(NamedTuple):
    """What is read of the services at the end of a window."""

    latency: float
    states: Mapping[str, int]


def our_step(folder: Path, site: Site, times: Times, schedulers: int = 1) -> Step:
    """Try a site with all six kinds of our daemons."""
    with our_daemons(make(folder, site), site, schedulers) as (cluster, root):

        def count() -> _Count:
            return _Count(time.monotonic(), checks_done(cluster), accounting.cpu(root))

        def window() -> tuple[_Count, _Count]:
            before = count()
            time.sleep(times.window)
            return before, count()

        time.sleep(times.warm_up)
        return _held(site, window, lambda: _our_look(cluster))


@contextmanager
def our_daemons(tree: Tree, site: Site, schedulers: int = 1) -> Iterator[tuple[Cluster, int]]:
    """Run our daemons; gives how to ask them, and the process that all belong to."""
    cluster = write_environment(tree, site, schedulers)
    program = Program((*ARBITER, "-n", "arbiter-master", "-e", str(tree.environment)), variables())
    others = set(psutil.Process().children())
    with running(tree, program, lambda: cluster.is_ready("arbiter-master")):
        yield cluster, _newcomer(others)


@contextmanager
def nagios(peer: Peer, tree: Tree) -> Iterator[int]:
    """Run Nagios; gives the process that all of it belongs to."""
    log = tree.folder / "log" / "nagios.log"
    program = Program((peer.program, tree.nagios), peer.environment)
    others = set(psutil.Process().children())
    with running(tree, program, lambda: log.exists() and RUNS in log.read_text(errors="replace")):
        yield _newcomer(others)


def nagios_step(peer: Peer, folder: Path, site: Site, times: Times, check_workers: int = 0) -> Step:
    """Try a site with Nagios. It writes its status once in a window, at its end: that takes it time."""
    tree = make(folder, site, check_workers)
    with tree.nagios.open("a") as file:
        file.write(f"status_update_interval={times.warm_up + times.window:.0f}\n")
    status = tree.folder / "nagios" / "status.dat"
    with nagios(peer, tree) as root:

        def count() -> _Count:
            return _Count(time.monotonic(), jobs_done(tree), accounting.cpu(root))

        def window() -> tuple[_Count, _Count]:
            before, was = count(), _written(status)
            wait_for(lambda: _written(status) != was, 3 * (times.warm_up + times.window), f"{status} to be written")
            return before, count()

        time.sleep(times.warm_up)
        return _held(site, window, lambda: _nagios_look(status))


def _held(site: Site, window: Callable[[], tuple[_Count, _Count]], look: Callable[[], _Look]) -> Step:
    """Return what an engine does in the first window in which it holds the rate, or in the last."""
    for _ in range(WINDOWS):
        before, after = window()
        seconds = after.at - before.at
        seen = look()
        used = accounting.difference(after.cpu, before.cpu)
        busy = {role: each / seconds for role, each in used.items()}
        step = Step(site.rate, (after.done - before.done) / seconds, seen.latency, busy, seen.states)
        if step.is_held:
            break
    return step


def _newcomer(others: set[psutil.Process]) -> int:
    (new,) = set(psutil.Process().children()) - others
    return new.pid


# Ours


def checks_done(cluster: Cluster) -> float:
    """Return how many checks went all the way: absorbed by their scheduler, and read by the broker."""
    absorbed = sum(counters(cluster, each)["outcomes"] for each in _schedulers(cluster))
    return min(absorbed, counters(cluster, BROKER)["broks_external"])


def _schedulers(cluster: Cluster) -> list[str]:
    return [name for name, role in cluster.daemons.items() if role == "scheduler"]


def counters(cluster: Cluster, name: str) -> Mapping[str, float]:
    """Return a daemon's counters; unlike ``get_stats`` this does not look at each of its objects."""
    return {key: float(value) for key, value in _COUNTER.findall(cluster.ask(name, "metrics"))}


def _our_look(cluster: Cluster) -> _Look:
    stats = [cluster.ask(each, "get_stats") for each in _schedulers(cluster)]
    states = [_our_states(each["livesynthesis"]) for each in stats]
    sizes = [sum(each.values()) for each in states]
    latency = sum(each["latency"]["avg"] * size for each, size in zip(stats, sizes, strict=True))
    return _Look(latency / max(1, sum(sizes)), sum(map(Counter, states), Counter()))


def _our_states(synthesis: Mapping[str, Any]) -> Mapping[str, int]:
    return {
        state: sum(synthesis[f"services_{state.lower()}_{kind}"] for kind in ("hard", "soft"))
        for state in STATES
        if any(synthesis[f"services_{state.lower()}_{kind}"] for kind in ("hard", "soft"))
    }


# Nagios


def jobs_done(tree: Tree) -> float:
    """Return how many checks Nagios' helpers have run."""
    lines = [each for each in _query(tree, "wproc wpstats").splitlines() if "jobs_started" in each]
    jobs = [dict(field.split("=") for field in line.split(";") if "=" in field) for line in lines]
    return float(sum(int(each["jobs_started"]) - int(each["jobs_running"]) for each in jobs))


def _query(tree: Tree, question: str) -> str:
    """Ask Nagios through its query socket."""
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(30)
        talk.connect(str(tree.folder / "nagios" / "nagios.qh"))
        talk.sendall(f"#{question}\0".encode())
        answer = b""
        while piece := talk.recv(1 << 16):
            answer += piece
    return answer.rstrip(b"\0").decode()


def _written(status: Path) -> int:
    try:
        return status.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _nagios_look(status: Path) -> _Look:
    """Read the services of a status file."""
    late: list[float] = []
    states: Counter[str] = Counter()
    for block in status.read_text().split("servicestatus {")[1:]:
        fields = dict(line.strip().partition("=")[::2] for line in block.partition("}")[0].splitlines())
        if fields.get("has_been_checked") == "1":
            late.append(float(fields["check_latency"]))
            states[STATES[int(fields["current_state"])]] += 1
    return _Look(sum(late) / max(1, len(late)), states)
