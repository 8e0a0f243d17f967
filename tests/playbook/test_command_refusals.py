"""Every command with missing, extra and absurd arguments is refused with a reason, and leaves everything as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alignak.base.clock import Instant
from alignak.engine.command_table import ROWS
from alignak.engine.commands import EFFECTS
from alignak.engine.retention import encode_engine, encode_item
from alignak.model.objects import Group
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site

NOW = int(MONDAY_NOON)

GOOD = {
    "host": "h",
    "service": "h;s",
    "contact": "admin",
    "host_group": "hg",
    "service_group": "sg",
    "contact_group": "cg",
    "time_period": "workhours",
    "command": "other",
    "to_int": str(NOW + 60),
    "to_bool": "1",
    "obsolete": "0",
    "author": "me",
    "text": "0",
}

ABSURD = {
    "host": ("nobody", "", "H", "*"),
    "service": ("h;none", "nobody;s", "h;", ";s", ";"),
    "contact": ("nobody", ""),
    "host_group": ("none", "", "sg"),
    "service_group": ("none", "", "hg"),
    "contact_group": ("none", ""),
    "time_period": ("none", ""),
    "command": ("none", "", "other!1"),
    "to_int": ("", "x", "1.5", "1e3", "0x10", "9" * 30, "-" + "9" * 30, "1 2", "١", "99999999999999"),
    "to_bool": ("", "2", "maybe", "-1"),
}
"""What no argument of a kind can be."""

FREE = frozenset(("text", "author", "obsolete"))
"""Kinds that may hold anything; as the last one, semicolons too."""


def site() -> Site:
    here = (
        Site(accept_passive_unknown_check_results=False)
        .host("h", **ACTIVE)
        .service("h", "s", **ACTIVE)
        .service("h", "custom", host_dependency_enabled=False, **PASSIVE)
        .host("child", parents=("h",), **PASSIVE)
    )
    here.hostgroups.append(Group("hg", members=("h",)))
    here.servicegroups.append(Group("sg", members=("h;s",)))
    here.contactgroups.append(Group("cg", members=("admin",)))
    return here


def fields(name: str) -> list[str]:
    """Return good arguments of a command, one for each kind."""
    return [GOOD[kind] for kind in ROWS[name].kinds]


def missing(name: str) -> Iterator[str]:
    """Yield a command's line with each number of fields that is too small."""
    every = ";".join(fields(name)).split(";")
    for count in range(len(every) if ROWS[name].kinds else 0):
        yield ";".join((name, *every[:count]))


def extra(name: str) -> Iterator[str]:
    """Yield a command's line with a field too many, where the last one is not free to hold semicolons."""
    kinds = ROWS[name].kinds
    if not kinds or kinds[-1] not in FREE:
        yield ";".join((name, *fields(name), "more"))


def absurd(name: str) -> Iterator[str]:
    """Yield a command's line with one argument after the other being what it cannot be."""
    for place, kind in enumerate(ROWS[name].kinds):
        for text in ABSURD.get(kind, ()):
            given = fields(name)
            given[place] = text
            yield ";".join((name, *given))


def picture(play: Playbook) -> dict[str, object]:
    """Return everything the engine remembers and plans."""
    world = play.engine.world
    found: dict[str, object] = {key: encode_item(item.state) for key, item in world.items.items()}
    found[""] = encode_engine(world.own)
    found["settings"] = world.settings
    found["next"] = play.engine.next_wakeup()
    found["policies"] = [(item.policy, item.spec) for item in world.items.values()]
    found["parents"] = [item.parents for item in world.items.values()]
    return found


@pytest.mark.parametrize("name", sorted(ROWS))
def test_wrong_arguments_are_refused_with_a_reason_and_change_nothing(name: str) -> None:
    play = Playbook(site())
    play.passive("h;s", 2)
    play.command(f"SCHEDULE_SVC_DOWNTIME;h;s;{NOW};{NOW + 100};1;0;0;me;a")
    before = picture(play)
    for line in (*missing(name), *extra(name), *absurd(name)):
        reason = play.refused(line)
        assert reason, line
        assert picture(play) == before, line


@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_a_number_beyond_all_calendars_is_refused_or_harmless(name: str) -> None:
    """Whatever is accepted can be gone on with: nothing breaks later because a time was absurd."""
    places = [place for place, kind in enumerate(ROWS[name].kinds) if kind == "to_int"]
    for place in places:
        for number in ("-1", "0", "1", "99999999999", "-99999999999"):
            play = Playbook(site())
            given = fields(name)
            given[place] = number
            play.handle_line(";".join((name, *given)))
            play.after(3_600)
            play.restart()


@pytest.mark.parametrize("stamp", ["0", "1", "99999999999", "999999999999"])
def test_a_result_from_the_far_future_does_not_hide_those_that_follow(stamp: str) -> None:
    play = Playbook(site())
    play.handle_line(f"[{stamp}] PROCESS_SERVICE_CHECK_RESULT;h;custom;2;from then")
    play.clock.advance(5)
    play.passive("h;custom", 1, "from now")
    assert play.item("h;custom").state.output == "from now"


def test_moments_are_compared_by_the_wall_clock_of_the_engine() -> None:
    play = Playbook(site())
    assert play.clock.now() == Instant(MONDAY_NOON, 1_000.0)
    play.command(f"[{NOW - 10}] PROCESS_SERVICE_CHECK_RESULT;h;custom;1;older")
    assert play.item("h;custom").state.last_chk == NOW - 10
