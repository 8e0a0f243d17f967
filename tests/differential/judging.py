"""Compare a whole run, with the rules at hand."""

from __future__ import annotations

from collections.abc import Mapping

from tests.differential.compare import Parting, Verdict, first_parting, next_meeting
from tests.differential.known import RULES, Rule, read_alike
from tests.differential.scenarios import Scenario
from tests.differential.traces import Trace


def judge(scenario: Scenario, nagios: Mapping[str, Trace], alignak: Mapping[str, Trace]) -> list[Verdict]:
    """Return how the objects of a scenario fared."""
    keys = scenario.keys()
    theirs = {key: read_alike(nagios[key]) for key in keys}
    ours = {key: read_alike(alignak[key]) for key in keys}
    return [_verdict(scenario, key, theirs, ours) for key in keys]


def _verdict(scenario: Scenario, key: str, theirs: Mapping[str, Trace], ours: Mapping[str, Trace]) -> Verdict:
    explained: list[tuple[str, Parting]] = []
    since: int | None = -1
    while since is not None:
        parting = first_parting(scenario, key, theirs, ours, since)
        if parting is None:
            break
        rule = _rule(parting)
        if rule is None:
            return Verdict(tuple(explained), parting)
        explained.append((rule.entry, parting))
        since = None if rule.is_lasting else next_meeting(theirs[key], ours[key], parting.at)
    return Verdict(tuple(explained), None)


def _rule(parting: Parting) -> Rule | None:
    return next((rule for rule in RULES if rule.explains(parting)), None)
