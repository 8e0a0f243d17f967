"""When a check is planned, asked directly."""

from __future__ import annotations

from itertools import pairwise

import pytest

from alignak.base.ids import ObjectKey
from alignak.engine.schedule import interval, phase
from alignak.model.states import StateType
from tests.support.playbook import MONDAY_NOON, Playbook
from tests.support.sites import PASSIVE, Site


def test_phases_fill_the_interval_evenly_and_never_change() -> None:
    phases = sorted(phase(ObjectKey(f"host-{number};load")) for number in range(1_000))
    assert all(0 <= each < 1 for each in phases)
    assert max(later - earlier for earlier, later in pairwise(phases)) < 0.02
    assert phase(ObjectKey("srv;load")) == phase(ObjectKey("srv;load"))
    assert phase(ObjectKey("srv;load")) == pytest.approx(0.41110, abs=1e-5)


@pytest.mark.parametrize(
    ("policy", "kind", "seconds"),
    [
        ({"check_interval": 5, "retry_interval": 1}, StateType.HARD, 300),
        ({"check_interval": 5, "retry_interval": 1}, StateType.SOFT, 60),
        ({"check_interval": 5}, StateType.SOFT, 300),
        ({"check_interval": 0.5}, StateType.HARD, 30),
        ({"check_interval": 0, "retry_interval": 1}, StateType.SOFT, 0),
    ],
)
def test_the_interval_of_a_service(policy: dict[str, object], kind: StateType, seconds: float) -> None:
    play = Playbook(Site().host("h", **PASSIVE).service("h", "s", **policy))
    play.item("h;s").state.state_type = kind
    assert interval(play.engine.world, play.item("h;s")) == seconds


def test_a_host_without_an_interval_is_checked_every_five_minutes() -> None:
    play = Playbook(Site().host("h"))
    play.check("h", 0)
    assert play.until_checked("h") == pytest.approx(300)


def test_the_unit_of_intervals_can_be_a_second() -> None:
    play = Playbook(Site(interval_length=1).host("h", check_interval=10))
    play.check("h", 0)
    assert play.until_checked("h") == pytest.approx(10)


def test_without_a_spread_first_checks_run_at_once() -> None:
    play = Playbook(Site(max_host_check_spread=0).host("h", check_interval=1))
    assert play.until_checked("h") == 0


def test_a_check_moves_to_the_opening_of_its_period() -> None:
    evening = MONDAY_NOON + 4.5 * 3600
    play = Playbook(Site(max_host_check_spread=0).host("h", check_interval=60, check_period="workhours"), evening)
    play.check("h", 0)
    tomorrow_nine = MONDAY_NOON + 21 * 3600
    assert play.item("h").state.next_chk == tomorrow_nine


def test_a_period_that_never_opens_plans_nothing() -> None:
    site = Site().host("h", check_interval=1, check_period="never")
    site.periods.append(type(site.periods[0])("never"))
    play = Playbook(site)
    assert play.engine.next_wakeup() is None
    assert play.item("h").state.next_chk == 0
