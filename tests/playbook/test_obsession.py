"""Results passed on: ``ochp_command`` and ``ocsp_command``, as in Nagios."""

from __future__ import annotations

from alignak.messages.work import Ending, Order, Work
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site

ON = {
    "obsess_over_hosts": True,
    "obsess_over_services": True,
    "ochp_command": "eh",
    "ocsp_command": "other!a",
    "ocsp_timeout": 7,
}


def play_with(settings: dict[str, object] | None = None, **policy: object) -> Playbook:
    site = Site(**(ON if settings is None else settings)).host("h", **PASSIVE)
    return Playbook(site.service("h", "s", **PASSIVE, **policy))


def passed_on(play: Playbook) -> list[Order]:
    """Return the orders that pass results on, since this was last asked."""
    found = [order for order in play.sent if order.work is Work.OBSESSION]
    play.sent.clear()
    return found


def test_each_result_is_passed_on_whatever_it_says() -> None:
    """engine.md 4.4 "obsess"."""
    play = play_with()
    for code in (0, 0, 2, 0):
        play.passive("h;s", code)
    orders = passed_on(play)
    assert [(order.key, order.command_name, order.timeout) for order in orders] == [("h;s", "other", 7.0)] * 4
    play.passive("h", 0)
    assert [(order.key, order.command_name, order.timeout) for order in passed_on(play)] == [("h", "eh", 15.0)]


def test_nothing_is_passed_on_unless_the_program_wants_it() -> None:
    play = play_with({**ON, "obsess_over_services": False})
    play.passive("h;s", 0)
    assert passed_on(play) == []
    play.command("START_OBSESSING_OVER_SVC_CHECKS")
    play.passive("h;s", 0)
    assert len(passed_on(play)) == 1
    play.command("STOP_OBSESSING_OVER_SVC_CHECKS")
    play.command("STOP_OBSESSING_OVER_HOST_CHECKS")
    play.passive("h;s", 0)
    play.passive("h", 0)
    assert passed_on(play) == []


def test_an_object_can_be_left_out() -> None:
    play = play_with(obsess=False)
    play.passive("h;s", 0)
    assert passed_on(play) == []
    play.command("START_OBSESSING_OVER_SVC;h;s")
    play.command("STOP_OBSESSING_OVER_HOST;h")
    play.restart()
    play.passive("h;s", 0)
    play.passive("h", 0)
    assert [order.key for order in passed_on(play)] == ["h;s"]
    assert play.item("h;s").state.modified_attributes == 128
    play.command("CHANGE_SVC_MODATTR;h;s;0")
    play.passive("h;s", 0)
    assert passed_on(play) == []


def test_without_a_command_there_is_nothing_to_run() -> None:
    play = play_with({"obsess_over_services": True})
    play.passive("h;s", 0)
    assert passed_on(play) == []


def test_one_that_takes_too_long_is_logged() -> None:
    play = play_with()
    play.passive("h;s", 0)
    (order,) = passed_on(play)
    lines = play.outcome("h;s", 137, ending=Ending.TIMEOUT, order=order)
    assert lines == ["The obsession command 'other' timed out after 7 seconds"]
