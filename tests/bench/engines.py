"""The engines that are compared, on the folder of ``trees.py``: how each is told to verify, to start, to reload."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil

from tests.bench.processes import MIB, Memory, Program
from tests.bench.trees import Tree, change_host, forget, whoever_runs_this, write_environment
from tests.support.cluster import Cluster
from tests.support.peers import Peer
from tests.support.programs import variables

PATIENCE: Final = 900.0
"""Seconds an engine may take to start, to reload or to stop."""

PACE: Final = 0.02
"""Seconds between two looks whether an engine is where it should be."""

ARBITER: Final = (sys.executable, "-m", "alignak.cli.daemons", "arbiter")
RUNS: Final = "Successfully launched command file worker"
"""What Nagios logs last before it begins to monitor."""


def our_verify(tree: Tree) -> Program:
    """Return our check of a site's files."""
    return Program((*ARBITER, "-V", "-e", str(tree.environment)), variables())


def nagios_verify(peer: Peer, tree: Tree) -> Program:
    """Return Nagios' check of a site's files."""
    return Program((peer.program, "-v", tree.nagios), peer.environment)


def icinga_verify(peer: Peer, tree: Tree) -> Program:
    """Return Icinga's check of a site's files."""
    program = icinga_daemon(peer, tree, tree.icinga)
    return Program((*program.argv, "-C"), program.environment)


def icinga_daemon(peer: Peer, tree: Tree, main: Path) -> Program:
    """Return Icinga in the foreground on a main file of a site."""
    below = tree.icinga.parent
    user, group = whoever_runs_this()
    folders = {"DataDir": "data", "CacheDir": "cache", "SpoolDir": "spool", "InitRunDir": "run", "LogDir": "run"}
    defined = {name: str(below / folder) for name, folder in folders.items()} | {"RunAsUser": user, "RunAsGroup": group}
    words = [f"-D{name}={value}" for name, value in defined.items()]
    environment = {**peer.environment, "ICINGA2_USER": user, "ICINGA2_GROUP": group}
    return Program((peer.program, "daemon", "-c", main, *words), environment)


class Started(NamedTuple):
    """An engine that runs."""

    seconds: float
    """How long it took."""
    peak: float
    """The most memory of the process that read the configuration, its workers included, in MiB."""


@contextmanager
def nagios_running(peer: Peer, tree: Tree) -> Iterator[Started]:
    """Run Nagios from a cold start until it monitors, and stop it at the end."""
    forget(tree)
    log = tree.folder / "log" / "nagios.log"
    program = Program((peer.program, tree.nagios), peer.environment)
    with running(tree, program, lambda: log.exists() and RUNS in log.read_text(errors="replace")) as started:
        yield started


@contextmanager
def our_daemons_running(tree: Tree, schedulers: int = 1) -> Iterator[tuple[Started, Cluster]]:
    """Run the arbiter from a cold start until the daemons it launches have confirmed their configurations."""
    forget(tree)
    cluster = write_environment(tree.folder, schedulers)
    program = Program((*ARBITER, "-n", "arbiter-master", "-e", str(tree.environment)), variables())
    with running(tree, program, lambda: cluster.is_ready("arbiter-master")) as started:
        yield started, cluster


@contextmanager
def running(tree: Tree, program: Program, is_there: Callable[[], bool]) -> Iterator[Started]:
    """Run an engine until it is where it should be, and stop it at the end."""
    said = tree.folder / "log" / "out"
    with said.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            program.argv, env=program.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        memory = Memory(process.pid)
        while not is_there():
            memory.look()
            if process.poll() is not None or time.monotonic() > began + PATIENCE:
                raise RuntimeError(f"{program.argv} did not start: {said.read_text(errors='replace')[-2000:]}")
            time.sleep(PACE)
        took = time.monotonic() - began
        memory.look()
        yield Started(took, memory.peak / MIB)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop an engine and everything it started."""
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(family, timeout=10)
    for each in left:
        each.kill()


def reload_seconds(cluster: Cluster, tree: Tree) -> float:
    """Change one host of one file and return the seconds from the call to the scheduler's confirmation."""
    before = _held(cluster)
    change_host(tree)
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        call = threads.submit(_reload, cluster)
        while _held(cluster) in (before, None):
            _refuse_to_wait_in_vain(call, began)
            time.sleep(PACE / 2)
        took = time.monotonic() - began
        call.result()
    return took


def _refuse_to_wait_in_vain(call: Future[None], began: float) -> None:
    if call.done():
        call.result()
    if time.monotonic() > began + PATIENCE:
        raise RuntimeError("the scheduler does not report the changed configuration")


def _reload(cluster: Cluster) -> None:
    headers = {"Authorization": f"Bearer {cluster.secret}", "Content-Type": "application/json"}
    url = cluster.url("arbiter-master", "reload_configuration")
    with urllib.request.urlopen(urllib.request.Request(url, b"{}", headers), timeout=PATIENCE) as answer:
        answer.read()


def _held(cluster: Cluster) -> Any:
    """Return what the scheduler says it works on; None when it is too busy to say."""
    try:
        return cluster.ask("scheduler-master", "get_managed_configurations", secret=True)
    except OSError:
        return None
