"""Play scenarios on both sides, compare them, and count what came of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from tests.differential import oracle, ours
from tests.differential.compare import Entry, Parting, Verdict, first_parting, next_meeting
from tests.differential.known import RULES, Rule, read_alike
from tests.differential.scenarios import Scenario
from tests.differential.traces import Trace


class Played(Struct):
    """What both sides made of scenarios."""

    scenarios: Sequence[Scenario]
    nagios: dict[str, Trace]
    alignak: dict[str, Trace]
    refused: dict[str, str]
    """The commands that were refused here, with the reason; Nagios passes over such in silence."""


class Tally(Struct):
    """How the scenarios of a theme fared."""

    same: int = 0
    known: int = 0
    open: int = 0
    compared: int = 0
    """Seconds of objects in which both sides were compared."""
    seconds: int = 0
    """All of them."""
    rules: Counter[str] = field(default_factory=Counter)
    """Entry of the differences -> how often it was needed."""


class Report(Struct):
    """What came of a run."""

    themes: dict[str, Tally] = field(default_factory=dict)
    partings: list[Parting] = field(default_factory=list)
    """What no rule explains."""


def play(scenarios: Sequence[Scenario]) -> Played:
    """Have both sides play scenarios, those of one length at a time."""
    found = Played(scenarios, {}, {}, {})
    for end in sorted({each.end for each in scenarios}):
        those = [each for each in scenarios if each.end == end]
        with tempfile.TemporaryDirectory(prefix="alignak-differential-") as folder:
            found.nagios.update(oracle.play(those, Path(folder)))
        found.alignak.update(ours.play(those, found.refused))
    return found


def report(played: Played) -> Report:
    """Compare what was played."""
    found = Report()
    for scenario in played.scenarios:
        verdicts = judge(scenario, played.nagios, played.alignak)
        tally = found.themes.setdefault(scenario.theme, Tally())
        partings = [each.parting for each in verdicts if each.parting is not None]
        tally.rules.update(entry for each in verdicts for entry, _ in each.explained)
        tally.compared += sum(each.compared for each in verdicts)
        tally.seconds += scenario.end * len(verdicts)
        if partings:
            tally.open += 1
        elif any(each.explained for each in verdicts):
            tally.known += 1
        else:
            tally.same += 1
        found.partings += partings
    return found


def judge(scenario: Scenario, nagios: Mapping[str, Trace], alignak: Mapping[str, Trace]) -> list[Verdict]:
    """Return how the objects of a scenario fared."""
    keys = scenario.object_keys()
    theirs = {key: read_alike(nagios[key]) for key in keys}
    here = {key: read_alike(alignak[key]) for key in keys}
    return [_verdict(scenario, key, theirs, here) for key in keys]


def _verdict(scenario: Scenario, key: str, theirs: Mapping[str, Trace], here: Mapping[str, Trace]) -> Verdict:
    """Compare an object from meeting to meeting."""
    explained: list[tuple[str, Parting]] = []
    compared, since = 0, 0
    while (parting := first_parting(scenario, key, theirs, here, since)) is not None:
        compared += parting.at - since
        rule = _rule(parting)
        if rule is None:
            return Verdict(tuple(explained), parting, compared)
        explained.append((rule.entry, parting))
        meeting = None if rule.is_lasting else next_meeting(theirs[key], here[key], parting.at)
        if meeting is None:
            return Verdict(tuple(explained), None, compared)
        since = meeting
    return Verdict(tuple(explained), None, compared + scenario.end - since)


def _rule(parting: Parting) -> Rule | None:
    return next((rule for rule in RULES if rule.explains(parting)), None)


def story(trace: Trace, final: bool = True) -> Iterable[str]:
    """Yield what happened to an object, a line each, in the order of time."""
    entries: list[Entry] = [*trace.alerts, *trace.flapping, *trace.downtimes, *trace.acknowledged, *trace.told]
    entries += trace.handled
    for each in sorted(entries, key=lambda entry: entry.at):
        yield f"+{each.at:<4} {type(each).__name__.lower():8} {' '.join(str(field) for field in each[1:])}"
    if final:
        yield f"ends  {trace.final}"
