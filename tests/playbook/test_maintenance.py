"""Downtimes that come with the calendar (engine.md 4.10, ``maintenance_period``)."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.engine.state import Downtime
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

EVENING = MONDAY_NOON + 8 * 3600
NINE, FIVE = MONDAY_NOON + 21 * 3600, MONDAY_NOON + 29 * 3600
"""The next time work begins, and ends."""
STARTED = "SERVICE DOWNTIME ALERT: h;s;STARTED; Service has entered a period of scheduled downtime"
STOPPED = "SERVICE DOWNTIME ALERT: h;s;STOPPED; Service has exited from a period of scheduled downtime"


def site(**policy: object) -> Site:
    return Site().host("h", **PASSIVE).service("h", "s", **{"maintenance_period": "workhours", **PASSIVE, **policy})


def downtimes(play: Playbook) -> list[Downtime]:
    return list(play.item("h;s").state.downtimes.values())


def told(what: str) -> str:
    return f"SERVICE NOTIFICATION: admin;h;s;{what} (OK);0;notify-service;"


def test_the_period_is_a_fixed_downtime_until_its_end() -> None:
    """engine.md 4.10 "maintenance_period"."""
    play = Playbook(site(), EVENING)
    assert play.after(13 * 3600 - 1) == []
    assert downtimes(play) == []
    assert play.after(1) == [STARTED, told("DOWNTIMESTART")]
    (found,) = downtimes(play)
    assert (found.author, found.fixed, found.start_time, found.end_time) == ("Alignak", True, NINE, FIVE)
    assert play.item("h;s").state.in_maintenance == found.id
    assert play.passive("h;s", 2) == ["SERVICE ALERT: h;s;CRITICAL;HARD;1;"]
    play.passive("h;s", 0)
    assert play.after(8 * 3600) == [STOPPED, told("DOWNTIMEEND")]
    assert (play.item("h;s").state.in_maintenance, downtimes(play)) == ("", [])
    assert play.after(16 * 3600) == [STARTED, told("DOWNTIMESTART")]


def test_a_scheduler_that_starts_within_the_period_makes_the_rest_of_it_a_downtime() -> None:
    play = Playbook(site(), MONDAY_NOON)
    assert play.after(0) == [STARTED, told("DOWNTIMESTART")]
    assert downtimes(play)[0].end_time == MONDAY_NOON + 5 * 3600


def test_a_restart_within_the_period_makes_no_second_one() -> None:
    play = Playbook(site())
    play.after(0)
    play.restart(60)
    assert play.after(0) == []
    assert len(downtimes(play)) == 1
    play.reconfigure(play.part)
    assert play.after(60) == []


def test_whoever_cancels_it_has_cancelled_it_until_the_next_time() -> None:
    play = Playbook(site())
    play.after(0)
    play.command(f"DEL_SVC_DOWNTIME;{downtimes(play)[0].id}")
    assert play.item("h;s").state.in_maintenance == ""
    play.restart()
    assert play.after(20 * 3600) == []
    assert play.after(3600) == [STARTED, told("DOWNTIMESTART")]


def test_a_step_of_the_clock_over_the_opening_begins_it() -> None:
    play = Playbook(site(), EVENING)
    play.step_wall(14 * 3600)
    assert play.after(0) == [STARTED, told("DOWNTIMESTART")]
    assert downtimes(play)[0].end_time == FIVE


def test_a_new_configuration_gives_or_takes_the_period() -> None:
    play = Playbook(site(maintenance_period=""))
    assert play.after(60) == []
    play.reconfigure(site().part())
    assert play.after(0) == [STARTED, told("DOWNTIMESTART")]
    play.reconfigure(site(maintenance_period="").part())
    play.after(5 * 3600)
    assert play.after(48 * 3600) == []


def test_a_period_that_never_opens_waits_for_nothing() -> None:
    part = site(maintenance_period="never").part()
    never = replace(part.objects.timeperiods[0], name="never", entries=())
    objects = replace(part.objects, timeperiods=(*part.objects.timeperiods, never))
    play = Playbook(replace(part, objects=objects))
    assert play.after(86_400) == []
