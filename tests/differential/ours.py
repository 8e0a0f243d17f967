"""Our engine plays scenarios: the same object file, the same events, a clock that is moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from alignak.base.clock import Instant
from alignak.base.ids import Cause, IdSource, ObjectKey
from alignak.engine.decisions import AnswerCommand, Decision, EmitBrok, RunOrder
from alignak.engine.engine import Engine
from alignak.engine.events import CommandArrived, OutcomeArrived, Wake
from alignak.engine.state import EngineState
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.model.snapshot import Part
from tests.differential.scenarios import BASE, PARAMETERS, Event, Scenario, objects_text
from tests.differential.traces import End, Trace, cut, join_contacts, note_command, note_line
from tests.support.configurations import INI, compiled

MONO: Final = 1_000.0
OURS: Final[Mapping[str, str]] = {"no_event_handlers_during_downtimes": "0"}
"""Parameters that Nagios does not know, as it behaves."""


class RefusedEventError(Exception):
    """Say that an event of a scenario was refused here."""


def play(scenarios: Sequence[Scenario], refused: dict[str, str] | None = None) -> dict[str, Trace]:
    """Have our engine play scenarios and return what happened to each object; ``refused`` gets the commands refused."""
    run = _Run(scenarios, {} if refused is None else refused)
    run.all()
    join_contacts(run.traces.values())
    cut(run.traces.values(), run.end)
    return run.traces


def part_of(scenarios: Iterable[Scenario]) -> Part:
    """Return what the configuration language makes of the object file."""
    main = "".join(f"{name}={value}\n" for name, value in {**PARAMETERS, **OURS}.items()) + "cfg_file=objects.cfg\n"
    config = compiled(main, INI, {"objects.cfg": objects_text(scenarios)})
    return Part("Config_1", "All", config.name, config.settings, config.macros, config.objects)


class _Run:
    """One life of the engine."""

    def __init__(self, scenarios: Sequence[Scenario], refused: dict[str, str]) -> None:
        self.answers = {key: each for scenario in scenarios for key, each in scenario.answers.items()}
        self.traces = {key: Trace() for scenario in scenarios for key in scenario.object_keys()}
        self.events = sorted((each for scenario in scenarios for each in scenario.events), key=lambda each: each.at)
        self.end = max(each.end for each in scenarios)
        self.refused = refused
        self.engine = Engine(part_of(scenarios), {}, EngineState(), IdSource("e1"), self._instant(0))

    def _instant(self, second: float) -> Instant:
        return Instant(float(BASE + second), MONO + second)

    def all(self) -> None:
        """Play everything."""
        for key, each in self.answers.items():
            kind = "SVC" if ";" in key else "HOST"
            self._command(0, f"SCHEDULE_{kind}_CHECK;{key};{BASE + each.first}")
        for event in self.events:
            self._until(event.at)
            self._command(event.at, self._text(event))
        self._until(self.end)
        self.engine.validate()
        for key, trace in self.traces.items():
            trace.final = self._final(key)

    def _text(self, event: Event) -> str:
        """Return a command as we are to get it."""
        return re.sub(r"<id ([^>]*)>", lambda match: self._downtime(match[1]), event.text)

    def _downtime(self, comment: str) -> str:
        for item in self.engine.world.items.values():
            for each in item.state.downtimes.values():
                if each.comment == comment:
                    return each.id
        return "0"

    def _command(self, second: float, text: str) -> None:
        decisions = self.engine.handle(
            CommandArrived(f"[{BASE + int(second)}] {text}", "c1", Cause("test")), self._instant(second)
        )
        for each in decisions:
            if isinstance(each, AnswerCommand) and not each.accepted:
                self.refused[text] = each.reason
        self._take(second, decisions)

    def _until(self, second: float) -> None:
        """Let time go by, to a second that is not served yet."""
        while True:
            at = self.engine.next_wakeup()
            if at is None or at - MONO >= second:
                return
            now = max(at - MONO, 0.0)
            self._take(now, self.engine.handle(Wake(), self._instant(now)))

    def _take(self, second: float, decisions: Sequence[Decision]) -> None:
        """Note what was decided, and answer the checks at once."""
        ordered: list[Order] = []
        for each in decisions:
            if isinstance(each, RunOrder):
                ordered.append(each.order)
                if each.order.work in (Work.NOTIFICATION, Work.EVENT_HANDLER):
                    note_command(self.traces, round(second), list(each.order.argv))
            elif isinstance(each, EmitBrok) and each.type == "monitoring_log":
                note_line(self.traces, round(second), str(each.data["message"]))
        for order in ordered:
            self._answer(second, order)

    def _answer(self, second: float, order: Order) -> None:
        code = self.answers[order.key].at(second) if order.work is Work.CHECK and order.key in self.answers else 0
        outcome = Outcome(
            order.id,
            order.work,
            order.key,
            Ending.DONE,
            code,
            f"code {code}",
            self._instant(second).wall,
            0.0,
            cause=order.cause,
        )
        self._take(second, self.engine.handle(OutcomeArrived(outcome), self._instant(second)))

    def _final(self, key: str) -> End:
        item = self.engine.world.items[ObjectKey(key)]
        state = item.state
        return End(
            item.state_name,
            state.state_type.value,
            state.attempt,
            state.is_flapping,
            state.percent_state_change,
            state.acknowledgement is not None,
            item.downtime_depth,
            state.current_notification_number,
        )
