"""Years of a small site, event by event: nothing is forgotten, nothing grows, nobody is told too much or too little."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.long_life import LongLife
from tests.support.long_site import NIGHTLY, ZONE


def lived(days: int) -> LongLife:
    """Return some days, and three calm ones after which all is well."""
    life = LongLife()
    life.live(days)
    life.calm_down(3)
    return life


def check(life: LongLife, days: int) -> None:
    """Hold against a life what people would miss."""
    assert life.checks.wrong == []
    assert life.tellings.wrong == []
    assert life.tellings.told == {}, "some ends of problems were never told"
    assert life.checks.count > days * 1_000
    assert life.tellings.counts["PROBLEM"] > days
    assert all(item.is_good for item in life.engine.world.items.values())
    nightly(life, days)


def nightly(life: LongLife, days: int) -> None:
    """The downtime of 02:30 began on each day at 02:30 on the clock in the room, and lasted an hour on a stop watch."""
    starts, stops = life.starts[NIGHTLY], life.stops[NIGHTLY]
    shown = [datetime.fromtimestamp(at, ZoneInfo(ZONE)) for at in starts]
    assert len({each.date() for each in shown}) == len(starts) == days + 3
    assert [round(stop - start) for start, stop in zip(starts, stops, strict=True)] == [3600] * len(starts)
    for each in shown:
        lacks_its_hour = each.month == 3 and each.weekday() == 6 and each.day > 24
        assert f"{each:%H:%M}" == ("03:00" if lacks_its_hour else "02:30")


def test_ten_days_of_a_small_site() -> None:
    """Checks, notifications and downtimes, day and night: engine.md 4.2 "next", 4.8 "repeat", 4.10 "fixed"."""
    check(lived(10), 10)


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_a_thousand_days_of_a_small_site() -> None:
    """With restarts, reloads and six changes of the clock: engine.md 4.8 "recovery contacts", 4.13 "dictionaries"."""
    life = lived(1_000)
    check(life, 1_000)
    assert life.sizes.growing() == []
