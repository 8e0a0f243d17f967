"""``alignak explain``: how a host, a service or a contact is and why, who was told, who was not, what comes next."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, to_builtins

from alignak.api.arbiter import Explain
from alignak.base.errors import PeerAnswerError, RefusedError
from alignak.cli import asking, output
from alignak.cli.asking import Asker
from alignak.cli.explained import Row, section
from alignak.cli.live import duration
from alignak.messages.explanations import (
    Coming,
    ContactExplanation,
    Explanation,
    Hindrance,
    Near,
    Notification,
    ObjectExplanation,
    Rehearsal,
    Silence,
)
from alignak.system.logs import escaped

BEYOND: Final = 500
"""The first status with which a daemon has a problem of its own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    asking.add_arguments(parser)
    parser.add_argument(
        "name", metavar="OBJECT", help="host/web-1 or web-1, service/web-1/http or web-1/http, contact/bob"
    )


def run(given: argparse.Namespace) -> int:
    """Ask for it and show it."""
    found: Explanation = ask(Asker.from_arguments(given), "explain", Explain(given.name))
    output.show(to_builtins(found), given.output, lambda: text_of(found))
    return output.OK


def ask(asker: Asker, name: str, request: Struct) -> Any:
    """Call an endpoint; a refusal is told in the daemon's words, without its address."""
    try:
        return asker.ask(name, request)
    except PeerAnswerError as error:
        if error.peer_status >= BEYOND or not error.peer_status:
            raise
        raise RefusedError(asking.reason(error)) from error


def text_of(found: Explanation) -> str:
    """Return an explanation as text; nothing in it can play with the terminal."""
    lines = _object(found) if isinstance(found, ObjectExplanation) else _contact(found)
    return "\n".join(map(escaped, lines))


# Hosts and services ---------------------------------------------------------------------------------------------


def _object(found: ObjectExplanation) -> Iterator[str]:
    state = f"{found.state} {found.state_type}, attempt {found.attempt} of {found.max_attempts}"
    yield f"{found.type} {found.name}  {state}{_for(found.since, found.at)}"
    yield from (f"  {line}" for line in _output(found))
    yield from section("Why", [(each,) for each in found.reasons])
    yield from section("Depends on", list(map(_near(found.at), found.above)))
    yield from section("Not well below it", list(map(_near(found.at), found.below)))
    yield from section("Problems and impacts", list(_impacts(found)))
    yield from section("Flapping", list(_flapping(found)))
    yield from section("Quiet", list(map(_silence, found.silences)))
    yield from section("Notifications", [row for each in found.notifications for row in told(each)])
    yield from section(_title(found.now), list(_rehearsal(found.now)))
    yield from section("Next", list(next_rows(found.coming, found.at)))
    yield ""
    yield f"as {found.scheduler or 'the simulation'} has it at {when(found.at)}"


def _output(found: ObjectExplanation) -> Iterator[str]:
    result = found.result
    yield from filter(None, (result.output, *result.long_output.split("\n")))
    if result.perf_data:
        yield f"| {result.perf_data}"


def _impacts(found: ObjectExplanation) -> Iterator[Row]:
    yield "business impact", str(found.business_impact)
    if found.problems:
        yield "suffers from", ", ".join(found.problems)
    if found.impacts:
        yield "makes suffer", ", ".join(found.impacts)


def _flapping(found: ObjectExplanation) -> Iterator[Row]:
    flapping = found.flapping
    if not flapping.is_watched:
        yield ("not watched for it",)
        return
    state = "it flaps" if flapping.is_flapping else "it does not flap"
    limits = f"flapping begins at {flapping.high:g}% and ends below {flapping.low:g}%"
    yield (f"{state}: {flapping.percent:.1f}% change; {limits}",)


def _near(now: float) -> Callable[[Near], Row]:
    def row(each: Near) -> Row:
        state = f"{each.state} {each.state_type}"
        return (f"{each.how} {each.name}", f"{state}{_for(each.since, now)}", each.remark)

    return row


def _silence(each: Silence) -> Row:
    name = f"{each.what} {each.id}".strip()
    if each.is_in_effect:
        span = f"until {when(each.end)}" if each.end else "until the problem ends"
    else:
        span = f"from {when(each.start)} to {when(each.end)}"
    remark = f" ({each.remark})" if each.remark else ""
    return name, f"{span}{remark}", f"{each.author}: {each.comment}"


def _title(now: Rehearsal) -> str:
    what = f"{now.type} {now.number}" if now.number else now.type
    if now.is_supposed:
        return f"If it were {now.state} and hard now, {what} would go to"
    return f"If {what} of {now.state} were due now, it would go to"


def _rehearsal(now: Rehearsal) -> Iterator[Row]:
    for each in now.hindrances:
        yield "nobody", _hindrance(each)
    for candidate in now.contacts:
        if candidate.would_be_told:
            by = f"by {', '.join(candidate.ways)}" + (" (escalated)" if now.is_escalated else "")
            yield candidate.contact, by
        elif not candidate.hindrances:
            yield f"not {candidate.contact}", "for the reason above"
        for each in candidate.hindrances:
            yield ("" if candidate.would_be_told else f"not {candidate.contact}"), _hindrance(each)
    if not now.contacts:
        yield "nobody", "no contact is named"


# What both have ---------------------------------------------------------------------------------------------------


def told(each: Notification) -> Iterator[Row]:
    """Yield a notification as rows: what it was, whom it reached, whom not and why."""
    what = " ".join(filter(None, (each.object, each.type, str(each.number or ""), each.state)))
    head = (when(each.at), what)
    rows = [f"{one.contact} by {one.way}" + (" (escalated)" if each.is_escalated else "") for one in each.told]
    times = f" ({each.times} times)" if each.times > 1 else ""
    rows += [f"not {one.contact or 'told to anybody'}: {_hindrance(one)}{times}" for one in each.not_told]
    yield *head, rows[0] if rows else "nobody: no contact is named"
    yield from (("", "", row) for row in rows[1:])


def next_rows(coming: Iterable[Coming], now: float) -> Iterator[Row]:
    """Yield what comes next as rows."""
    for each in coming:
        until = f"in {duration(each.at - now)}" if each.at >= now + 1 else "now"
        yield (when(each.at), until, each.text) if each.at else ("", "", each.text)


def _hindrance(each: Hindrance) -> str:
    return each.reason + (f", until {when(each.until)}" if each.until else "")


def _for(since: float, now: float) -> str:
    return f" for {duration(now - since)}, since {when(since)}" if since else ""


def when(at: float) -> str:
    """Return a wall time as people of this machine read it."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"


# Contacts ---------------------------------------------------------------------------------------------------------


def _contact(found: ContactExplanation) -> Iterator[str]:
    yield f"contact {found.name}  of {found.hosts} host(s) and {found.services} service(s)"
    yield from section("Not told", [(each.stage, _hindrance(each)) for each in found.hindrances])
    yield from section("Ways", list(_ways(found)))
    yield from section("Quiet", list(map(_silence, found.silences)))
    yield from section("Knows of", list(map(_near(found.at), found.knows)))
    yield from section("Good again, and not told yet", [(each,) for each in found.is_owed])
    yield from section("Notifications", [row for each in found.notifications for row in told(each)])
    yield from section("Next", list(next_rows(found.coming, found.at)))
    yield ""
    yield f"as {', '.join(found.schedulers)} has it at {when(found.at)}"


def _ways(found: ContactExplanation) -> Iterator[Row]:
    for way in found.ways:
        state = "open" if way.is_open else "closed"
        change = f" until {when(way.changes_at)}" if way.changes_at else ""
        told_of = f"{','.join(way.options) or 'nothing'} by {', '.join(way.commands) or 'nothing'}"
        more = f", from business impact {way.min_business_impact} on" if way.min_business_impact else ""
        more += f", within {way.group_window} s as one" if way.group_window else ""
        yield way.name, f"{way.kind}s", f"{way.period or 'any time'}: {state}{change}", told_of + more
