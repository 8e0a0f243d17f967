"""Which daemon may serve which realm, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterable

from alignak.dispatch.roster import Roster
from alignak.model.topology import DaemonLink, Realm, Role
from tests.support.installations import daemon, installation, scheduler

REALMS = [
    Realm("World", default=True, members=("Europe", "Asia")),
    Realm("Europe", members=("Paris",)),
    Realm("Asia"),
    Realm("Paris"),
]


def roster(*daemons: DaemonLink, absent: Iterable[str] = ()) -> Roster:
    """Make a roster of three levels of realms."""
    return Roster(installation([], daemons, realms=REALMS), set(absent))


def names(links: Iterable[DaemonLink]) -> list[str]:
    """Return the names of daemons."""
    return [each.name for each in links]


def test_a_daemon_serves_its_realm_and_those_below_but_not_those_beside() -> None:
    poller = daemon(Role.POLLER, "p", "Europe")
    found = roster(poller)
    assert [found.can_serve(poller, realm) for realm in ("Europe", "Paris", "Asia", "World")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_daemon_that_manages_no_sub_realms_serves_its_own_alone() -> None:
    poller = daemon(Role.POLLER, "p", "Europe", manage_sub_realms=False)
    assert not roster(poller).can_serve(poller, "Paris")


def test_a_realm_in_a_loop_of_realms_is_above_itself_no_more_than_once() -> None:
    looped = [Realm("a", members=("b",)), Realm("b", members=("a",))]
    assert Roster(installation([], [], realms=looped)).realms_above("a") == ("b",)


def test_the_nearest_realm_with_a_scheduler_looks_after_one_without() -> None:
    found = roster(scheduler("s-world", "World"), scheduler("s-europe", "Europe"), scheduler("s-asia", "Asia"))
    assert names(found.schedulers_of("Paris")) == ["s-europe"]
    assert names(found.schedulers_of("World")) == ["s-world"]


def test_a_realm_whose_scheduler_does_not_answer_is_looked_after_from_above() -> None:
    found = roster(scheduler("s-world", "World"), scheduler("s-paris", "Paris"), absent=["s-paris"])
    assert names(found.schedulers_of("Paris")) == ["s-world"]


def test_a_spare_of_the_same_realm_is_taken_before_one_from_above() -> None:
    daemons = (
        scheduler("s-paris", "Paris"),
        scheduler("a-spare-above", "World", spare=True),
        scheduler("spare-here", "Paris", spare=True),
    )
    found = roster(*daemons, absent=["s-paris"])
    assert found.holder(daemons[0]) == daemons[2]
    assert found.holder(scheduler("other")) == scheduler("other")


def test_a_spare_of_another_realm_or_role_or_one_that_is_absent_too_stands_in_for_nobody() -> None:
    main = scheduler("s-paris", "Paris")
    spares = (
        scheduler("spare-asia", "Asia", spare=True),
        daemon(Role.POLLER, "spare-poller", "Paris", spare=True),
        scheduler("dead-spare", "Paris", spare=True),
    )
    assert roster(main, *spares, absent=["s-paris", "dead-spare"]).holder(main) is None


def test_a_spare_with_the_same_tags_is_taken_first() -> None:
    main = daemon(Role.POLLER, "p", "Paris", poller_tags=("None", "dmz"))
    spares = (
        daemon(Role.POLLER, "a-plain", "Paris", spare=True),
        daemon(Role.POLLER, "b-dmz", "Paris", spare=True, poller_tags=("dmz", "None", "x")),
    )
    found = roster(main, *spares, absent=["p"])
    assert names(found.serving(Role.POLLER)) == ["b-dmz", "p"]


def test_where_no_realm_is_the_default_the_first_by_name_is() -> None:
    assert Roster(installation([], [], realms=[Realm("b"), Realm("a")])).default_realm == "a"
    assert Roster(installation([], [], realms=[])).default_realm == "All"
