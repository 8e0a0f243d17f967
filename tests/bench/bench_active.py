"""How many active checks a second go all the way, beside nagios4 on the same objects, commands and machine.

A rate counts as held when what is due is done, with an average latency under a second: scheduled, run, absorbed and
read by the broker, all daemons at work with the settings they have by themselves, and a scheduler for each core.
Plugins that do nothing show what starting processes takes, and what one scheduler alone does; check_tcp and check_http,
as they stand in everybody's configuration, what we save by not starting any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tests.bench.accounting import PLUGINS
from tests.bench.active_runs import Times, nagios_step, our_step
from tests.bench.active_site import Load, Site, check_http, check_tcp, site_of, tiny
from tests.bench.climbing import Patience, Step, climb
from tests.bench.compiled import TINY, CompilerMissingError, compile_program, serving
from tests.bench.frame import Figures, Found, Options, Row, Subject, measured
from tests.bench.pools import CORES
from tests.bench.sweeping import nothing_left
from tests.support.peers import Peer, PeerMissingError, nagios

INTERVAL: Final = 10
"""Seconds from one check of a service to its next."""

TUNED: Final = 16
"""Check workers of the best peer."""

OURS: Final = "alignak"
ALONE: Final = "alignak, one scheduler"
DEFAULT: Final = "nagios4"
BEST: Final = f"nagios4, {TUNED} workers"


class Contest(NamedTuple):
    """One kind of check, who runs it and what is wanted."""

    load: Load
    goals: Mapping[str, float | None]
    """Peer -> how many times its rate ours must be at least; none for one that is only shown."""
    starts: Mapping[str, float]
    """Engine -> checks a second to begin with."""


class _Climber:
    """An engine that is tried; each round begins where the last one ended."""

    def __init__(self, try_site: Callable[[Site], Step], contest: Contest, name: str, is_quick: bool) -> None:
        self._try = try_site
        self._load = contest.load
        self._name = name
        self._start = contest.starts[name]
        self._first = Patience(1.6, 1.6) if is_quick else Patience(1.5)
        self._next = Patience(1.2)
        self.steps: list[Step] = []
        """The highest of each round."""

    def measure(self) -> Figures:
        """Find the highest rate that is held."""
        step = climb(self._tried, self._start, self._next if self.steps else self._first)
        self.steps.append(step)
        self._start = step.offered
        plugins = step.cpu.get(PLUGINS, 0.0)
        busy = sum(step.cpu.values())
        return {
            "rate": step.done,
            "latency": step.latency,
            "busy": busy * 100,
            "own": (busy - plugins) * 100,
            "each": busy / max(step.done, 1.0) * 1e6,
        }

    def _tried(self, rate: float) -> Step:
        step = self._try(site_of(self._load, rate, INTERVAL))
        print(f"  {self._load.name}, {self._name}: {_told(step)}", flush=True)
        return step


def _told(step: Step) -> str:
    used = ", ".join(f"{role} {share:.0%}" for role, share in sorted(step.cpu.items()) if share >= 0.005)
    verdict = "held" if step.is_held else "NOT held"
    return f"{step.offered:,.0f}/s due, {step.done:,.0f}/s done, {step.latency:.2f} s late, {verdict} ({used})"


def rows(options: Options) -> Found:
    """Yield the rates, what they take, and whether both engines see the same states."""
    peers: dict[str, Peer] = {}
    try:
        peers["nagios4"] = nagios()
    except PeerMissingError as error:
        yield f"Without nagios4: {error}"
    with ExitStack() as stack:
        stack.enter_context(nothing_left())
        try:
            program = compile_program(options.folder / "programs", "tiny", *TINY)
            server = stack.enter_context(serving(options.folder / "programs"))
        except CompilerMissingError as error:
            yield str(error)
            return
        contests = (
            Contest(
                tiny(program),
                {DEFAULT: 2.0, BEST: 1.5, ALONE: None},
                {OURS: 2_500, ALONE: 2_000, DEFAULT: 1_500, BEST: 2_000},
            ),
            Contest(check_tcp(server), {DEFAULT: 10.0}, {OURS: 2_500, DEFAULT: 250}),
            Contest(check_http(server), {DEFAULT: 10.0}, {OURS: 2_500, DEFAULT: 200}),
        )
        for contest in contests:
            yield from _contested(contest, peers.get("nagios4"), options)


def _contested(contest: Contest, peer: Peer | None, options: Options) -> Iterator[Row | str]:
    climbers = {
        name: _Climber(each, contest, name, options.is_quick)
        for name, each in _engines(options.folder / "active", peer, options.is_quick).items()
        if name == OURS or name in contest.goals
    }
    found = measured([Subject(name, each.measure) for name, each in climbers.items()], options.rounds)
    ours, about = found[OURS], contest.load.name
    for name in climbers.keys() - {OURS} or {""}:
        theirs = found.get(name, {})
        yield Row(f"{about}: checks", "/s", ours["rate"], name, theirs.get("rate", ()), contest.goals.get(name), True)
        for quantity, question, unit in (
            ("latency", "average latency there", "s"),
            ("busy", "processors busy there, plugins included", "%"),
            ("own", "processors busy there, the engine alone", "%"),
            ("each", "processor time a check", "µs"),
        ):
            yield Row(f"{about}: {question}", unit, ours[quantity], name, theirs.get(quantity, ()))
    if contest.load.odd is not None and DEFAULT in climbers:
        yield _compared(about, climbers[OURS].steps, climbers[DEFAULT].steps)


def _engines(folder: Path, peer: Peer | None, is_quick: bool) -> Mapping[str, Callable[[Site], Step]]:
    times = Times(20.0, 11.0) if is_quick else Times()
    ours = partial(our_step, folder / "alignak", times=times)
    engines: dict[str, Callable[[Site], Step]] = {OURS: partial(ours, schedulers=CORES), ALONE: ours}
    if peer is not None:
        engines[DEFAULT] = partial(nagios_step, peer, folder / "nagios4", times=times)
        engines[BEST] = partial(nagios_step, peer, folder / "nagios4-tuned", times=times, check_workers=TUNED)
    return engines


def _compared(about: str, ours: Sequence[Step], theirs: Sequence[Step]) -> str:
    """Say how many of the services have which state, for each engine at its own rate."""
    shares = [{_shares(step) for step in steps} for steps in (ours, theirs)]
    if shares[0] == shares[1] and len(shares[0]) == 1:
        return f"{about}: both engines see the same states ({_text(shares[0])})"
    return f"{about}: NOT THE SAME STATES: {_text(shares[0])} here, {_text(shares[1])} there"


def _shares(step: Step) -> tuple[tuple[str, float], ...]:
    every = max(1, sum(step.states.values()))
    return tuple(sorted((state, round(count / every, 4)) for state, count in step.states.items()))


def _text(shares: set[tuple[tuple[str, float], ...]]) -> str:
    return "; or ".join(sorted(", ".join(f"{state} {share:.2%}" for state, share in each) for each in shares))
