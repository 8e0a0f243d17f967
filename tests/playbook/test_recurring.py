"""Downtimes that come again and again, by configuration and by command (engine.md 4.10)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alignak.engine import recurring
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site

HOUR, DAY = 3600, 86400
PARIS = "Europe/Paris"


def site() -> Site:
    """Return a site whose host and service are maintained from 22:30 to 23:30 UTC each day but sunday."""
    small = Site().host("h", **PASSIVE).service("h", "s", **PASSIVE).host("other", **PASSIVE)
    return small.recurs("nightly", "h", "h;s", rule="mon,tue,wed,thu,fri,sat", start="22:30", seconds=HOUR)


def starts(lines: list[str]) -> list[str]:
    return [line.split(": ")[1].replace("; ", ";").split(";")[-2] for line in lines if "DOWNTIME ALERT" in line]


def depths(play: Playbook, *keys: str) -> list[int]:
    return [play.item(key).downtime_depth for key in keys]


def wall(play: Playbook, zone: str = "UTC") -> str:
    return f"{datetime.fromtimestamp(play.clock.now().wall, ZoneInfo(zone)):%a %H:%M}"


def test_each_occurrence_is_a_downtime_that_begins_and_ends_by_itself() -> None:
    play = Playbook(site())
    for day in range(3):
        assert starts(play.after((10.5 if day == 0 else 23) * HOUR - 1)) == []
        assert depths(play, "h", "h;s", "other") == [0, 0, 0]
        assert starts(play.after(1)) == ["STARTED", "STARTED"]
        assert wall(play).endswith("22:30")
        (downtime,) = play.item("h").state.downtimes.values()
        assert (downtime.author, downtime.comment, downtime.end_time - downtime.start_time) == ("me", "works", HOUR)
        assert starts(play.after(HOUR)) == ["STOPPED", "STOPPED"]


def test_there_is_none_on_the_days_the_rule_leaves_out() -> None:
    play = Playbook(site())
    begun = []
    for _ in range(8 * 24):
        if starts(play.after(HOUR)).count("STARTED"):
            begun.append(wall(play)[:3])
    assert begun == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Mon"]


def test_nobody_is_told_of_a_problem_meanwhile() -> None:
    play = Playbook(site(), MONDAY_NOON + 11 * HOUR)
    play.after(1)
    play.told()
    play.passive("h;s", 2)
    assert play.told() == []
    assert play.item("h;s").vetoes[0].stage == "downtime"


def test_an_occurrence_that_began_while_nobody_was_there_begins_late_and_is_begun_once() -> None:
    play = Playbook(site())
    play.restart(10.75 * HOUR)
    assert starts(play.after(1)) == ["STARTED", "STARTED"]
    play.restart(60)
    assert starts(play.after(60)) == []
    assert depths(play, "h") == [1]
    assert starts(play.after(HOUR)) == ["STOPPED", "STOPPED"]


def test_one_that_is_over_when_somebody_comes_back_is_left_out() -> None:
    play = Playbook(site())
    play.restart(14 * HOUR)
    assert starts(play.after(HOUR)) == []


def test_who_cancels_an_occurrence_cancels_that_one_alone() -> None:
    play = Playbook(site(), MONDAY_NOON + 11 * HOUR)
    play.after(1)
    (downtime_id,) = play.item("h").state.downtimes
    play.command(f"DEL_HOST_DOWNTIME;{downtime_id}")
    play.restart()
    play.after(HOUR / 4)
    assert depths(play, "h", "h;s") == [0, 1]
    assert starts(play.after(DAY)).count("STARTED") == 2


def test_the_next_ones_are_shown_ahead_the_one_that_goes_on_first() -> None:
    play = Playbook(site(), MONDAY_NOON + 11 * HOUR)
    play.after(1)
    found = recurring.ahead(play.engine.world, play.item("h"), play.clock.now().wall, 3)
    first = MONDAY_NOON + 10.5 * HOUR
    assert [(each.start, each.end) for each, _ in found] == [
        (first + day * DAY, first + day * DAY + HOUR) for day in range(3)
    ]
    assert recurring.ahead(play.engine.world, play.item("other"), play.clock.now().wall) == []


# Made by command


def test_a_command_makes_one_for_an_object_and_takes_it_away() -> None:
    play = Playbook(site())
    play.command(f"SCHEDULE_RECURRING_HOST_DOWNTIME;other;FREQ=MONTHLY BYDAY=-1FR;23:00;{HOUR};{PARIS};me;patches;all")
    (one,) = play.item("other").state.recurring_downtimes
    assert (one.rule, one.zone, one.comment) == ("FREQ=MONTHLY;BYDAY=-1FR", PARIS, "patches;all")
    play.restart()
    play.after(4 * DAY + 10 * HOUR - 1)
    assert starts(play.after(1)) == ["STARTED"]
    assert wall(play, PARIS) == "Fri 23:00"
    assert starts(play.command(f"DEL_RECURRING_DOWNTIME;{one.name}")) == ["CANCELLED"]
    assert play.item("other").recurring == ()
    assert "no recurring downtime" in play.refused(f"DEL_RECURRING_DOWNTIME;{one.name}")


def test_one_that_goes_on_already_when_it_is_made_begins_at_once() -> None:
    play = Playbook(site())
    assert starts(play.command("SCHEDULE_RECURRING_SVC_DOWNTIME;h;s;daily;11:30;3600;;me;now")) == ["STARTED"]
    assert starts(play.after(HOUR / 2)) == ["STOPPED"]


def test_every_second_week_counts_from_the_week_it_is_made() -> None:
    play = Playbook(site())
    play.command("SCHEDULE_RECURRING_HOST_DOWNTIME;other;FREQ=WEEKLY;INTERVAL=2;13:00;60;;me;x".replace("Y;I", "Y I"))
    found = recurring.ahead(play.engine.world, play.item("other"), play.clock.now().wall, 3)
    assert [each.start - MONDAY_NOON for each, _ in found] == [HOUR, HOUR + 14 * DAY, HOUR + 28 * DAY]


def test_the_members_of_a_group_get_one_each() -> None:
    play = Playbook(site())
    play.command("SCHEDULE_RECURRING_HOST_SVC_DOWNTIME;h;sun;01:00;60;;me;x")
    assert len(play.item("h;s").recurring) == 2
    assert len(play.item("h").recurring) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("someday;10:00;60;;me;x", "'someday' is no weekday"),
        ("FREQ=HOURLY;10:00;60;;me;x", "FREQ is 'HOURLY': give one of DAILY"),
        ("FREQ=DAILY BYHOUR=3;10:00;60;;me;x", "'BYHOUR=3' is no part of a rule of days"),
        ("FREQ=MONTHLY BYDAY=9XX;10:00;60;;me;x", "cannot be read"),
        ("FREQ=YEARLY BYMONTH=2 BYMONTHDAY=30;10:00;60;;me;x", "gives no day within ten years"),
        ("FREQ=DAILY UNTIL=20200101;10:00;60;;me;x", "gives no day within ten years"),
        ("sun;25:00;60;;me;x", "'25:00' is no time of day"),
        ("sun;10:00;0;;me;x", "lasts 1 to"),
        ("sun;10:00;-5;;me;x", "lasts 1 to"),
        ("sun;10:00;60;Mars/Olympus;me;x", "'Mars/Olympus' is no time zone"),
        ("sun;10:00;60;../../etc/passwd;me;x", "is no time zone"),
        (";10:00;60;;me;x", "the rule is empty"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(arguments: str, reason: str) -> None:
    play = Playbook(site())
    assert reason in play.refused(f"SCHEDULE_RECURRING_HOST_DOWNTIME;other;{arguments}")
    assert play.item("other").recurring == ()
    assert not play.item("other").state.recurring_downtimes


def test_those_of_the_configuration_are_taken_away_there() -> None:
    play = Playbook(site())
    assert "it is in the configuration files" in play.refused("DEL_RECURRING_DOWNTIME;nightly")


# The clock and the configuration change


def test_one_that_a_reload_takes_away_ends_with_it_and_one_it_brings_begins() -> None:
    both = site()
    play = Playbook(both, MONDAY_NOON + 11 * HOUR)
    play.after(1)
    without = site()
    without.recurring.clear()
    assert starts(play.reconfigure(without.part())) == ["CANCELLED", "CANCELLED"]
    assert depths(play, "h", "h;s") == [0, 0]
    play.reconfigure(both.part())
    assert starts(play.after(1)) == ["STARTED", "STARTED"]


def test_a_clock_that_is_set_into_the_night_begins_it() -> None:
    play = Playbook(site())
    play.step_wall(11 * HOUR)
    assert starts(play.after(1)) == ["STARTED", "STARTED"]


def in_paris(day: datetime) -> Playbook:
    """Return a playbook that begins in Paris the day before the clocks change, with works at 02:30 each night."""
    small = Site().host("h", **PASSIVE).recurs("night", "h", rule="daily", start="02:30", seconds=2 * HOUR, zone=PARIS)
    return Playbook(small, day.replace(tzinfo=ZoneInfo(PARIS)).timestamp())


def begins(play: Playbook, days: int) -> list[str]:
    found = []
    for _ in range(days * 48):
        if "STARTED" in starts(play.after(HOUR / 2)):
            found.append(wall(play, PARIS))
    return found


def test_in_the_night_that_lacks_its_hour_it_begins_when_the_clock_has_jumped() -> None:
    play = in_paris(datetime(2026, 3, 28, 0, 0))
    assert begins(play, 3) == ["Sat 02:30", "Sun 03:00", "Mon 02:30"]


def test_in_the_night_that_has_its_hour_twice_it_begins_once_and_lasts_as_long() -> None:
    play = in_paris(datetime(2026, 10, 24, 0, 0))
    assert begins(play, 3) == ["Sat 02:30", "Sun 02:30", "Mon 02:30"]
    play = in_paris(datetime(2026, 10, 25, 0, 0))
    play.after(2.5 * HOUR)
    assert depths(play, "h") == [1]
    play.after(2 * HOUR)
    assert (depths(play, "h"), wall(play, PARIS)) == ([0], "Sun 03:30")
