"""Notification storms: messages of one contact and way within a window are sent as one."""

from __future__ import annotations

from alignak.base.clock import Instant
from alignak.engine.macro_table import NotificationMacros
from alignak.engine.macros import expand
from alignak.messages.work import Order, Work
from alignak.model.objects import CommandCall
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site

WINDOW = 30


def site(**way: object) -> Site:
    found = Site().host("h", contacts=("ann",), **PASSIVE)
    for number in range(3):
        found.service("h", f"s{number}", contacts=("ann",), **PASSIVE)
    found.host("g", contacts=("ann", "admin"), **PASSIVE)
    return found.contact("ann", **{"group_window": WINDOW, **way})


def sent(play: Playbook) -> list[Order]:
    found = [order for order in play.sent if order.work is Work.NOTIFICATION]
    play.told()
    return found


def test_without_a_window_each_message_is_sent_at_once() -> None:
    play = Playbook(site(group_window=0))
    play.passive("h;s0", 2)
    play.passive("h;s1", 2)
    assert len(sent(play)) == 2


def test_messages_within_the_window_are_one_order_about_the_gravest() -> None:
    play = Playbook(site())
    play.passive("h;s0", 1, "so so")
    play.after(10)
    play.passive("h;s1", 2, "bad")
    play.passive("h;s2", 3, "who knows")
    assert sent(play) == []
    play.after(19)
    assert sent(play) == []
    play.after(2)
    (order,) = sent(play)
    assert (order.contact, order.key, order.command_name) == ("ann", "h;s1", "notify-service")
    play.after(3_600)
    assert sent(play) == []


def test_the_log_and_the_followers_know_each_message_when_it_is_decided() -> None:
    play = Playbook(site())
    lines = play.passive("h;s0", 2, "bad")
    assert lines[-1] == "SERVICE NOTIFICATION: ann;h;s0;CRITICAL;1;notify-service;bad"
    assert len(play.broks("notification_raise")) == 1
    assert play.after(60) == []


def test_hosts_and_services_are_sent_as_one_by_the_command_of_the_gravest() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.passive("h", 2)
    play.after(31)
    assert [(each.key, each.command_name) for each in sent(play)] == [("h", "notify-host")]


def test_each_contact_and_way_has_a_window_of_its_own() -> None:
    play = Playbook(site())
    play.passive("g", 2)
    assert [each.contact for each in sent(play)] == ["admin"]
    play.after(31)
    assert [each.contact for each in sent(play)] == ["ann"]


def test_another_window_begins_with_the_next_message() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.after(31)
    play.passive("h;s0", 0)
    play.after(29)
    assert len(sent(play)) == 1
    play.after(2)
    (order,) = sent(play)
    assert order.argv[-1] == "RECOVERY"


def test_a_problem_that_is_over_in_its_window_is_told_as_its_end() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.passive("h;s0", 0)
    play.passive("h;s1", 1)
    play.passive("h;s1", 0)
    play.after(31)
    (order,) = sent(play)
    assert (order.key, order.argv[-1]) == ("h;s0", "RECOVERY")


def test_messages_that_wait_survive_a_restart() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.passive("h;s1", 2)
    play.restart(10)
    play.after(19)
    assert sent(play) == []
    play.after(2)
    assert len(sent(play)) == 1
    play.restart()
    play.after(60)
    assert sent(play) == []


def test_a_window_that_ended_while_the_scheduler_was_away_is_sent_at_once() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.restart(600)
    play.after(0)
    assert len(sent(play)) == 1


def test_what_waits_with_an_object_that_a_reload_takes_away_is_sent_at_once_with_the_rest_of_its_window() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.passive("g", 2)
    play.passive("h;s0", 0)
    sent(play)
    play.reconfigure(site().without("g"))
    (order,) = sent(play)
    assert (order.contact, order.key, order.argv[-1]) == ("ann", "g", "PROBLEM")
    play.after(31)
    assert sent(play) == []
    play.passive("h;s1", 2)
    play.reconfigure(site().without("h"))
    (order,) = sent(play)
    assert (order.key, order.argv[0]) == ("h;s1", "/bin/notify")


def test_what_waits_with_objects_that_stay_goes_on_waiting_at_a_reload() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2)
    play.after(20)
    play.reconfigure(site().without("g"))
    assert sent(play) == []
    play.after(11)
    assert [each.key for each in sent(play)] == ["h;s0"]


def test_a_contact_that_is_gone_is_told_nothing_more() -> None:
    play = Playbook(site())
    play.passive("h;s1", 2)
    found = Site().host("h", **PASSIVE)
    found.service("h", "s1", **PASSIVE)
    play.reconfigure(found.part())
    play.after(31)
    assert sent(play) == []


def test_each_command_of_the_way_runs_once_with_an_id_of_its_own() -> None:
    both = (CommandCall("notify-service"), CommandCall("other"))
    play = Playbook(site(service_notification_commands=both))
    play.passive("h;s0", 2)
    play.passive("h;s1", 2)
    play.after(31)
    orders = sent(play)
    assert [each.command_name for each in orders] == ["notify-service", "other"]
    assert len({each.id for each in orders}) == 2


def test_macros_count_the_messages_and_list_them_in_the_long_output_too() -> None:
    play = Playbook(site())
    play.passive("h;s0", 2, "bad\nvery")
    world, item = play.engine.world, play.item("h;s0")
    several = NotificationMacros(type="PROBLEM", count=2, list="one\ntwo")

    def shown(text: str, macros: NotificationMacros) -> str:
        return expand(world, item, text, Instant(0.0, 0.0), notification=macros)

    assert shown("$NOTIFICATIONCOUNT$:$NOTIFICATIONLIST$", several) == "2:one\ntwo"
    assert shown("$LONGSERVICEOUTPUT$", several) == "very\none\ntwo"
    assert shown("$NOTIFICATIONCOUNT$:$NOTIFICATIONLIST$", NotificationMacros()) == "1:"
    assert shown("$LONGSERVICEOUTPUT$", NotificationMacros()) == "very"


def test_a_command_gets_the_list_with_a_line_for_each_message() -> None:
    found = site(service_notification_commands=(CommandCall("other"),))
    play = Playbook(found)
    world = play.engine.world
    world.commands["other"] = type(world.commands["other"])("other", "/bin/other $NOTIFICATIONLIST$")
    play.passive("h;s0", 2, "bad")
    play.passive("h;s1", 1, "so so")
    play.after(31)
    (order,) = sent(play)
    assert order.argv[1].splitlines() == [
        "2025-11-24 12:00:00 PROBLEM h/s0 CRITICAL: bad",
        "2025-11-24 12:00:00 PROBLEM h/s1 WARNING: so so",
    ]


def test_one_message_alone_has_no_list() -> None:
    found = site(service_notification_commands=(CommandCall("other"),))
    play = Playbook(found)
    world = play.engine.world
    world.commands["other"] = type(world.commands["other"])(
        "other", "/bin/other $NOTIFICATIONCOUNT$ x$NOTIFICATIONLIST$x"
    )
    play.passive("h;s0", 2, "bad")
    play.after(31)
    (order,) = sent(play)
    assert order.argv == ("/bin/other", "1", "xx")


def test_what_people_force_does_not_wait() -> None:
    play = Playbook(site())
    play.command("SEND_CUSTOM_HOST_NOTIFICATION;h;2;me;now")
    assert len(sent(play)) == 1
