"""How fast and how small configurations are, beside nagios4 and icinga2 on the same objects.

Goals hold from 100,000 services on: below that most of the time is what a Python program takes to start.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.bench.dialects import Form
from tests.bench.engines import (
    icinga_verify,
    nagios_running,
    nagios_verify,
    our_daemons_running,
    our_verify,
    reload_seconds,
)
from tests.bench.frame import LIMIT, Figures, Found, Options, Row, Subject, measured
from tests.bench.processes import Program
from tests.bench.recompile import seconds_after
from tests.bench.trees import Tree, change_host, forget, make
from tests.support.peers import Peer, PeerMissingError, icinga, nagios
from tests.support.programs import variables

GOALS_FROM: Final = 10_000
"""Hosts from which on goals hold."""

ICINGA_UP_TO: Final = 10_000
"""Hosts up to which icinga2 is asked unless everything is wanted: beyond, it takes minutes and 4 GB."""

COLD: Final[Mapping[Form, float]] = {Form.EXPLICIT: 4.0, Form.GROUPS: 2.0}
"""How many times nagios4's time a cold verify may take."""

COLD_ICINGA: Final[Mapping[Form, float | None]] = {Form.EXPLICIT: 1 / 3, Form.GROUPS: None}
WARM: Final = 1.0
START: Final = 4.0
MEMORY: Final = 2.0
ON_THE_WIRE: Final = 150.0
"""Bytes a service may take in a part that is pushed."""

RELOAD: Final = 1.0
"""Seconds a reload with one host of 10,000 changed may take."""


def rows(options: Options) -> Found:
    """Yield what verifying takes for each size and form, and what running takes for explicit definitions."""
    peers = {}
    for name, get in (("nagios4", nagios), ("icinga2", icinga)):
        try:
            peers[name] = get()
        except PeerMissingError as error:
            yield f"Without {name}: {error}"
    for hosts in options.hosts:
        for form in Form:
            tree = make(options.folder / f"{form}-{hosts}", form, hosts)
            yield from _Site(tree, peers, options).rows()


class _Site:
    """One site, measured."""

    def __init__(self, tree: Tree, peers: Mapping[str, Peer], options: Options) -> None:
        self._tree = tree
        self._nagios = peers.get("nagios4")
        is_short = tree.hosts < ICINGA_UP_TO or (tree.hosts == ICINGA_UP_TO and tree.form is Form.EXPLICIT)
        self._icinga = peers.get("icinga2") if options.is_all or is_short else None
        self._options = options
        self._about = f"{tree.hosts * 10:,} services, {'explicit' if tree.form is Form.EXPLICIT else 'on groups'}: "

    def rows(self) -> Iterator[Row]:
        """Yield everything about this site."""
        yield from self._verifying()
        yield from self._memory()
        yield self._part()
        if self._tree.form is Form.EXPLICIT or self._options.is_all:
            yield from self._running()

    def _row(
        self, question: str, unit: str, ours: list[float], against: str, theirs: list[float], goal: float | None
    ) -> Row:
        is_wanted = self._tree.hosts >= GOALS_FROM
        return Row(self._about + question, unit, ours, against, theirs, goal if is_wanted else None)

    def _verifying(self) -> Iterator[Row]:
        subjects = [Subject("alignak", self._our_verifies)]
        if self._nagios is not None:
            subjects.append(_timed("nagios4", nagios_verify(self._nagios, self._tree)))
        if self._icinga is not None:
            subjects.append(_timed("icinga2", icinga_verify(self._icinga, self._tree)))
        found = measured(subjects, self._options.rounds)
        ours = found["alignak"]
        peers = {each.name: found[each.name]["seconds"] for each in subjects[1:]}
        goals = {"nagios4": COLD[self._tree.form], "icinga2": COLD_ICINGA[self._tree.form]}
        for name, theirs in peers.items():
            yield self._row("verify, cold", "s", ours["cold"], name, theirs, goals[name])
        if not peers:
            yield self._row("verify, cold", "s", ours["cold"], "", [], None)
        yield self._row("read again, one file changed", "s", ours["warm"], *_of_nagios(peers), WARM)

    def _our_verifies(self) -> Figures:
        """Verify without anything at hand; read again, in a process that has read it, after one host changed."""
        forget(self._tree)
        cold = our_verify(self._tree).seconds()
        return {"cold": cold, "warm": seconds_after(self._tree.environment, lambda: change_host(self._tree))}

    def _memory(self) -> Iterator[Row]:
        """Yield the peak memory of verifying, of one run each: looking at it takes time, so these are not timed."""
        forget(self._tree)
        ours = [our_verify(self._tree).peak()]
        theirs = {"nagios4": [nagios_verify(self._nagios, self._tree).peak()]} if self._nagios else {}
        yield self._row("verify, most memory", "MiB", ours, *_of_nagios(theirs), MEMORY)

    def _part(self) -> Row:
        argv = [sys.executable, "-m", "tests.bench.wire", str(self._tree.environment)]
        run = subprocess.run(argv, env=variables(), capture_output=True, text=True, check=True)
        each = int(run.stdout) / (self._tree.hosts * 10)
        return self._row("part on the wire, a service", "bytes", [each], LIMIT, [ON_THE_WIRE], 1.0)

    def _running(self) -> Iterator[Row]:
        """Yield what starting and reloading take."""
        subjects = [Subject("alignak", self._our_start)]
        if self._nagios is not None:
            subjects.append(Subject("nagios4", _nagios_start(self._nagios, self._tree)))
        found = measured(subjects, self._options.rounds)
        ours, theirs = found["alignak"], found.get("nagios4", {})
        for question, quantity, unit, goal in (
            ("start until all parts are confirmed", "seconds", "s", START),
            ("start, most memory of the arbiter", "MiB", "MiB", MEMORY),
        ):
            peers = {"nagios4": theirs[quantity]} if theirs else {}
            yield self._row(question, unit, ours[quantity], *_of_nagios(peers), goal)
        goal = 1.0 if self._tree.hosts == GOALS_FROM else None  # seconds are asked for one size
        yield self._row("reload, one host changed", "s", ours["reload"], LIMIT, [RELOAD], goal)

    def _our_start(self) -> Figures:
        with our_daemons_running(self._tree) as (started, cluster):
            reloads = [reload_seconds(cluster, self._tree) for _ in range(3)]
        return {"seconds": started.seconds, "MiB": started.peak, "reload": statistics.median(reloads)}


def _timed(name: str, program: Program) -> Subject:
    return Subject(name, lambda: {"seconds": program.seconds()})


def _nagios_start(peer: Peer, tree: Tree) -> Callable[[], Figures]:
    def start() -> Figures:
        with nagios_running(peer, tree) as started:
            return {"seconds": started.seconds, "MiB": started.peak}

    return start


def _of_nagios(peers: Mapping[str, list[float]]) -> tuple[str, list[float]]:
    """Return the peer most is compared with, and its figures; nothing where it is not there."""
    return ("nagios4", peers["nagios4"]) if "nagios4" in peers else ("", [])
