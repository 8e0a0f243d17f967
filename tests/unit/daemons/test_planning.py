"""From one plan to the next: what is planned again, what is said again, what is refused."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from alignak.base.errors import ConfigurationError
from alignak.daemons.placements import PlacementFile
from alignak.daemons.planning import Planning, says_the_same
from alignak.model.topology import Realm
from tests.support.installations import installation, one_of_each, scheduler

REALMS = (Realm("All", default=True, members=("North",)), Realm("North"))


@pytest.fixture
def planning(tmp_path: Path) -> Planning:
    """Return who plans, with no placement of a former run."""
    return Planning(PlacementFile(str(tmp_path / "placement.json")))


def test_the_same_configuration_read_again_makes_a_plan_that_says_the_same(planning: Planning) -> None:
    daemons = [scheduler("s1"), scheduler("s2"), *one_of_each()]
    first = planning.planned(installation(["a", "b"], daemons), None, ())
    assert says_the_same(planning.planned(installation(["a", "b"], daemons), first, ()), first)
    assert not says_the_same(planning.planned(installation(["a", "b", "c"], daemons), first, ()), first)
    moved = [scheduler("s1", port=9999), *daemons[1:]]
    assert not says_the_same(planning.planned(installation(["a", "b"], moved), first, ()), first)


def test_a_remark_about_the_daemons_is_made_once(planning: Planning, caplog: pytest.LogCaptureFixture) -> None:
    config = installation(["a"], [scheduler("s1")])
    with caplog.at_level(logging.WARNING):
        first = planning.planned(config, None, ())
        assert "no poller is defined for this realm" in caplog.text
        caplog.clear()
        planning.planned(config, first, ())
    assert not caplog.text


def test_a_configuration_with_hosts_nobody_looks_after_is_refused_and_the_next_one_planned_as_if_it_never_was(
    planning: Planning,
) -> None:
    good = installation(["a"], [scheduler("s1"), *one_of_each()])
    first = planning.planned(good, None, ())
    lost = installation(
        ["a", "b"],
        [scheduler("s1", manage_sub_realms=False), *one_of_each()],
        realms=REALMS,
        host_realms={"b": "North"},
    )
    with pytest.raises(ConfigurationError, match="The realm North has 1 hosts but no scheduler!"):
        planning.planned(lost, first, ())
    assert says_the_same(planning.planned(good, first, ()), first)
