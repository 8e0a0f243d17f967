"""What a link's contacts say about a daemon, in the historical numbers and sentences."""

from __future__ import annotations

import pytest

from alignak.dispatch import health
from alignak.dispatch.health import Contact, LinkHealth, LiveState, after, new_health, overall
from alignak.model.topology import Role
from tests.support.installations import daemon

ANSWERED, TIMED_OUT, REFUSED = Contact.ANSWERED, Contact.TIMED_OUT, Contact.REFUSED


def link(*contacts: Contact, active: bool = True) -> LinkHealth:
    """Make the health of a reactionner after some contacts."""
    found = new_health(daemon(Role.REACTIONNER, "reactionner-master", active=active))
    for number, contact in enumerate(contacts):
        found = after(found, contact, 100.0 + number, "life-1").health
    return found


@pytest.mark.parametrize(
    ("contacts", "alive", "reachable", "attempt", "state"),
    [
        ([], False, False, 0, LiveState.NOT_REACHABLE),
        ([ANSWERED], True, True, 0, LiveState.UP),
        ([ANSWERED, TIMED_OUT], True, False, 1, LiveState.NOT_REACHABLE),
        ([ANSWERED, TIMED_OUT, TIMED_OUT], True, False, 2, LiveState.NOT_REACHABLE),
        ([ANSWERED, TIMED_OUT, TIMED_OUT, TIMED_OUT], False, False, 3, LiveState.NOT_RESPONDING),
        ([ANSWERED, TIMED_OUT, TIMED_OUT, TIMED_OUT, TIMED_OUT], False, False, 3, LiveState.NOT_RESPONDING),
        ([ANSWERED, TIMED_OUT, ANSWERED, TIMED_OUT], True, False, 1, LiveState.NOT_REACHABLE),
        ([ANSWERED, REFUSED], False, False, 1, LiveState.NOT_RESPONDING),
        ([ANSWERED, REFUSED, ANSWERED], True, True, 0, LiveState.UP),
        ([REFUSED], False, False, 1, LiveState.NOT_RESPONDING),
    ],
)
def test_contacts_make_a_daemon_alive_unreachable_or_dead(
    contacts: list[Contact], alive: bool, reachable: bool, attempt: int, state: LiveState
) -> None:
    found = link(*contacts)
    assert (found.alive, found.reachable, found.attempt, found.livestate) == (alive, reachable, attempt, state)


@pytest.mark.parametrize(
    ("found", "stats", "status"),
    [
        (link(ANSWERED), "is up and running.", "daemon is alive and reachable."),
        (link(ANSWERED, TIMED_OUT), "is warning because not reachable.", "daemon is not reachable."),
        (link(ANSWERED, REFUSED), "is critical because not responding.", "daemon is not alive."),
        (link(active=False), "is not active by configuration.", "daemon is not active."),
    ],
)
def test_each_state_has_its_sentences(found: LinkHealth, stats: str, status: str) -> None:
    assert found.livestate_output == f"reactionner/reactionner-master {stats}"
    assert found.status_output == status


def test_only_a_death_or_a_return_is_a_change_of_life() -> None:
    contacts = [ANSWERED, ANSWERED, TIMED_OUT, TIMED_OUT, TIMED_OUT, TIMED_OUT, ANSWERED, REFUSED]
    found, changes = link(), []
    for contact in contacts:
        change = after(found, contact, 1.0)
        found = change.health
        changes.append(change.has_changed_life)
    assert changes == [True, False, False, False, True, False, True, True]


def test_another_running_id_is_a_new_life_and_the_first_one_is_not() -> None:
    first = after(link(), ANSWERED, 1.0, "life-1")
    same = after(first.health, ANSWERED, 2.0, "life-1")
    not_asked = after(same.health, ANSWERED, 3.0)
    other = after(not_asked.health, ANSWERED, 4.0, "life-2")
    assert [each.is_new_life for each in (first, same, not_asked, other)] == [False, False, False, True]
    assert other.health.running_id == "life-2"


def test_a_link_knows_when_it_was_tried_and_when_it_last_answered() -> None:
    found = link(ANSWERED, TIMED_OUT)
    assert (found.last_connection, found.last_check) == (100.0, 101.0)


@pytest.mark.parametrize(
    ("links", "state", "stats", "status"),
    [
        ([], LiveState.UP, "all daemons are up and running.", "All my daemons are up and running."),
        (
            [link(ANSWERED), link(active=False)],
            LiveState.UP,
            "all daemons are up and running.",
            "All my daemons are up and running.",
        ),
        (
            [link(ANSWERED), link(ANSWERED, TIMED_OUT)],
            LiveState.NOT_REACHABLE,
            "warning because some daemons are not reachable.",
            "Some of my daemons are not reachable.",
        ),
        (
            [link(ANSWERED, TIMED_OUT), link(REFUSED), link(ANSWERED)],
            LiveState.NOT_RESPONDING,
            "critical because some daemons are not responding.",
            "Some of my daemons are not responding!",
        ),
    ],
)
def test_the_whole_is_as_bad_as_its_worst_active_daemon(
    links: list[LinkHealth], state: LiveState, stats: str, status: str
) -> None:
    found = overall(links)
    assert found is state
    assert (health.OVERALL_TEXTS[found], health.INSTANCE_TEXTS[found]) == (stats, status)
