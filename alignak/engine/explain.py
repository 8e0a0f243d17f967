"""The engine says of a host or service how it is and why, who was told, who was not, and what comes next.

The scheduler's ``explain`` endpoint and ``alignak simulate`` ask; nothing here changes anything. What a contact is
asked about stands in ``explain_contacts``, who would be told now in ``rehearsing``, what comes next in ``prospects``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from alignak.base.clock import Instant
from alignak.base.errors import RefusedError
from alignak.base.ids import ObjectKey, host_key, service_key, shown
from alignak.engine import dependencies, flapping, freshness
from alignak.engine.attributes import business_impact, call_text
from alignak.engine.explain_contacts import of_contact
from alignak.engine.prospects import coming
from alignak.engine.rehearsing import hindrance, rehearse
from alignak.engine.schedule import is_actively_checked
from alignak.engine.state import Acknowledgement, Downtime, Item, Notice, World
from alignak.engine.wheel import Wheel
from alignak.messages.explanations import (
    Explanation,
    Flapping,
    LastResult,
    Near,
    Notification,
    ObjectExplanation,
    Reached,
    Silence,
)
from alignak.model.states import UNREACHABLE, Kind, StateType

MOST_NEAR: Final = 100
"""How many objects of one kind are listed."""

CONTACT: Final = "contact"


def readings(text: str) -> tuple[tuple[str, str], ...]:
    """Return what a name may mean, the likeliest first, as pairs of a type and an object key or the name of a contact.

    ``host/web-1``, ``service/web-1/http``, ``contact/bob``; without a type ``web-1/http`` is a service and ``web-1`` a
    host or else a contact. ``web-1;http`` is understood as well.
    """
    kind, slash, rest = text.replace(";", "/", 1).partition("/")
    if not slash:
        return (("host", host_key(text)), (CONTACT, text))
    as_service = ("service", service_key(kind, rest))
    inner_host, inner_slash, description = rest.partition("/")
    if kind == "host":
        return (("host", host_key(rest)), as_service)
    if kind == "service" and inner_slash:
        return (("service", service_key(inner_host, description)), as_service)
    return ((CONTACT, rest), as_service) if kind == CONTACT else (as_service,)


def find(world: World, text: str) -> Item | str:
    """Return the host or service a name means, or the name of a contact; RefusedError when it means nothing here."""
    for kind, key in readings(text):
        if kind == CONTACT:
            if key in world.contacts:
                return key
        elif (item := world.items.get(ObjectKey(key))) is not None:
            return item
    raise RefusedError(
        f"nothing is named '{text}': name a host (host/web-1 or web-1), a service (web-1/http) or a contact "
        "(contact/bob)"
    )


def item_named(world: World, text: str) -> Item:
    """Return the host or service a name means; RefusedError when there is none."""
    found = find(world, text)
    if isinstance(found, str):
        raise RefusedError(f"'{text}' is a contact: name a host (web-1) or a service (web-1/http)")
    return found


def explain(world: World, wheel: Wheel, text: str, now: Instant) -> Explanation:
    """Return all there is to say of what a name means; RefusedError when it means nothing."""
    found = find(world, text)
    if isinstance(found, str):
        return of_contact(world, wheel, world.contacts[found], now)
    return of_item(world, wheel, found, now)


def of_item(world: World, wheel: Wheel, item: Item, now: Instant) -> ObjectExplanation:
    """Return all there is to say of a host or service."""
    state = item.state
    return ObjectExplanation(
        type=item.kind.value,
        name=shown(item.key),
        at=now.wall,
        scheduler="",
        state=item.state_name,
        state_type=state.state_type.value,
        attempt=state.attempt,
        max_attempts=item.policy.max_check_attempts,
        since=state.last_state_change,
        hard_since=state.last_hard_state_change,
        last_state=state.last_state,
        result=_result(item),
        reasons=tuple(_reasons(world, item, now.wall)),
        above=tuple(_above(world, item, now.wall)),
        below=tuple(_below(item)),
        problems=tuple(shown(each.key) for each in item.sources),
        impacts=tuple(shown(key) for key in item.impacts or ())[:MOST_NEAR],
        business_impact=business_impact(item),
        flapping=_flapping(world, item),
        silences=tuple(_silences(item)),
        notifications=tuple(map(notification, reversed(state.notices))),
        held_back=tuple(map(hindrance, item.vetoes)),
        now=rehearse(world, item, now.wall),
        coming=coming(world, wheel, item, now),
    )


# Why --------------------------------------------------------------------------------------------------------------


def _result(item: Item) -> LastResult:
    state = item.state
    call = item.spec.check_command
    return LastResult(
        source=_source(item),
        at=state.last_state_update,
        command="" if call is None else call_text(call) or "",
        exit_code=state.return_code,
        output=state.output,
        long_output=state.long_output,
        perf_data=state.perf_data,
        execution_time=state.execution_time,
        latency=state.latency,
    )


def _source(item: Item) -> str:
    state = item.state
    if not state.last_state_update:
        return "none"
    if state.freshness_expired:
        return "freshness"
    return "passive" if state.was_told_passively else "active"


def _reasons(world: World, item: Item, at: float) -> Iterator[str]:
    """Yield why an object is in its state, in sentences."""
    state = item.state
    yield _said(world, item)
    if item.sources:
        names = ", ".join(shown(each.key) for each in item.sources)
        yield f"it suffers from {names}" + (
            f"; by itself it is {state.state_before_impact}" if state.state_before_impact else ""
        )
    elif state.state == UNREACHABLE:
        names = ", ".join(f"{shown(each.key)} ({each.state_name})" for each in dependencies.failing(world, item, at))
        yield f"it is UNREACHABLE because everything it depends on fails: {names or 'as was seen then'}"
    yield from _attempts(item)
    yield from _checking(world, item, at)


def _said(world: World, item: Item) -> str:
    """Return what the state was made of."""
    state, when = item.state, world.calendars.shown
    source = _source(item)
    if source == "none":
        return f"no result has come yet: it is taken for {item.state_name}"
    if source == "freshness":
        limit = freshness.threshold(world, item)
        return f"nothing was heard of it for more than {limit:.0f} s: freshness_state makes it {item.state_name}"
    if source == "passive":
        return f"a passive result said so at {when(state.last_state_update)} (code {state.return_code})"
    call = item.spec.check_command
    what = "a host without a check command is taken to be well" if call is None else f"the check {call.name} said so"
    return f"{what} at {when(state.last_state_update)} (exit code {state.return_code})"


def _attempts(item: Item) -> Iterator[str]:
    state, most = item.state, item.policy.max_check_attempts
    if state.state_type is StateType.SOFT:
        yield f"attempt {state.attempt} of {most}: it may pass by itself, nobody is told before it is hard"
    elif item.is_problem:
        volatile = "it is volatile: every problem counts" if item.policy.is_volatile else ""
        yield volatile or f"it is hard: {state.attempt} of {most} attempts were bad"
    if state.in_hard_unknown_reach_phase:
        before = state.state_before_hard_unknown_reach_phase
        yield f"before nobody could tell how it is, it was {before}: coming back to that is no news"


def _checking(world: World, item: Item, at: float) -> Iterator[str]:
    """Yield why it is not checked, or not at once."""
    held = world.held.get(item.key)
    if held is not None:
        names = ", ".join(map(shown, held.on))
        yield f"a newer result waits until {names} was checked"
    if not is_actively_checked(world, item):
        yield "it is not checked actively: " + _why_passive(world, item)
    elif item.masters and (master := dependencies.stopper(world, item, at)) is not None:
        yield f"it is not checked while {shown(master.key)} is {master.state_name}"
    elif world.calendars.next_open(item.policy.check_period, at) != at:
        yield f"it is not checked outside the check period {item.policy.check_period}"


def _why_passive(world: World, item: Item) -> str:
    settings = world.settings
    is_on = settings.execute_host_checks if item.is_host else settings.execute_service_checks
    if not is_on:
        return f"{item.kind.value} checks are switched off for the whole program"
    if item.policy.active_checks_enabled:
        return "it has no check command"
    if "active_checks_enabled" in item.state.switches:
        return "a command switched that off"
    return "active_checks_enabled is 0"


# Who else ---------------------------------------------------------------------------------------------------------


def _above(world: World, item: Item, at: float) -> Iterator[Near]:
    """Yield what an object depends on."""
    if item.kind is Kind.SERVICE:
        remark = "" if item.policy.host_dependency_enabled else "does not count, host_dependency_enabled is 0"
        yield near(item.host, "host", remark)
    for parent in item.parents[:MOST_NEAR]:
        remark = "" if is_actively_checked(world, parent) else "does not count, it is not checked actively"
        yield near(parent, "parent", remark)
    for master, rule in item.masters[:MOST_NEAR]:
        checked, told = ",".join(rule.execution_criteria), ",".join(rule.notification_criteria)
        remark = f"not checked while it is in {checked}, not told of in {told}"
        if not world.calendars.is_open(rule.period, at):
            remark += f"; does not count outside {rule.period}"
        yield near(master, "master", remark)
    for leaf in item.leaves[:MOST_NEAR]:
        yield near(leaf, "leaf")


def _below(item: Item) -> Iterator[Near]:
    """Yield what depends on an object and is not well."""
    families: tuple[tuple[str, Iterable[Item]], ...] = (
        ("service", item.services),
        ("child", item.children),
        ("dependent", item.dependents),
        ("rule", item.ruled),
    )
    for how, those in families:
        bad = [each for each in those if not each.is_good]
        yield from (near(each, how) for each in bad[:MOST_NEAR])


def near(item: Item, how: str, remark: str = "") -> Near:
    """Return an object as one that has to do with another."""
    state = item.state
    return Near(shown(item.key), how, item.state_name, state.state_type.value, state.last_state_change, remark)


# What is quiet, what was told ---------------------------------------------------------------------------------------


def _flapping(world: World, item: Item) -> Flapping:
    low, high = flapping.thresholds(world, item)
    is_watched = bool(item.policy.flap_detection_options) and flapping.is_watched(world, item)
    return Flapping(is_watched, item.state.is_flapping, item.state.percent_state_change, low, high)


def _silences(item: Item) -> Iterator[Silence]:
    """Yield what keeps an object quiet, or will."""
    if item.state.acknowledgement is not None:
        yield _acknowledgement(item.state.acknowledgement)
    for each in item.state.downtimes.values():
        yield downtime(each, "downtime")
    if not item.is_host:
        for each in item.host.state.downtimes.values():
            yield downtime(each, "downtime of the host")


def _acknowledgement(record: Acknowledgement) -> Silence:
    remark = "sticky" if record.sticky else "until the state changes"
    return Silence(
        "acknowledgement", record.author, record.comment, record.entry_time, record.end_time, True, "", remark
    )


def downtime(record: Downtime, what: str) -> Silence:
    """Return a downtime as something that keeps an object or a contact quiet."""
    end = record.real_end_time if record.is_in_effect else record.end_time
    remark = "" if record.fixed else f"flexible, {record.duration:.0f} s"
    if record.trigger_id:
        remark += f", begins with {record.trigger_id}"
    return Silence(what, record.author, record.comment, record.start_time, end, record.is_in_effect, record.id, remark)


def notification(notice: Notice) -> Notification:
    """Return a notification that was kept as those outside see it."""
    return Notification(
        at=notice.at,
        type=notice.type,
        number=notice.number,
        state=notice.state,
        told=tuple(Reached(*each) for each in notice.told),
        not_told=tuple(map(hindrance, notice.vetoes)),
        is_escalated=notice.is_escalated,
        times=notice.times,
    )
