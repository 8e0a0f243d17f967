"""Commands, contacts and how they are told."""

from __future__ import annotations

from alignak.model.objects import CommandCall
from tests.support.configurations import BASE, compiled, errors, loaded, warnings


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


MAIL = {"host_notification_commands": "check!h", "service_notification_commands": "check!s,check"}


def test_a_contact_without_a_way_gets_one_of_its_own() -> None:
    config = compiled(BASE + define("contact", contact_name="ann", host_notification_options="d,u,r", **MAIL))
    ways = {each.name: each for each in config.objects.notificationways}
    assert sorted(ways) == ["ann_inner_nw", "bob_inner_nw"]
    assert ways["ann_inner_nw"].host_notification_options == ("d", "x", "r")
    assert ways["ann_inner_nw"].service_notification_commands == (CommandCall("check", ("s",)), CommandCall("check"))
    assert config.objects.contacts[0].ways == ("ann_inner_nw",)


def test_a_contact_may_be_told_in_several_ways() -> None:
    text = BASE + "define timeperiod{\ntimeperiod_name always\nmonday 00:00-24:00\n}\n"
    periods = {"host_notification_period": "always", "service_notification_period": "always"}
    for way in ("mail", "sms"):
        text += define("notificationway", notificationway_name=way, min_business_impact="3", **periods, **MAIL)
    text += define("contact", contact_name="ann", notificationways="sms,mail", email="a@b", address2="x", _ICQ="1")
    config = compiled(text)
    ann = config.objects.contacts[0]
    assert (ann.ways, ann.email, ann.customs) == (("sms", "mail"), "a@b", {"_ICQ": "1"})
    assert ann.addresses == ("none", "x", "none", "none", "none", "none")
    assert [each.name for each in config.objects.notificationways] == ["bob_inner_nw", "mail", "sms"]


def test_a_way_or_a_contact_may_group_its_messages() -> None:
    periods = {"host_notification_period": "", "service_notification_period": ""}
    text = BASE + define("notificationway", notificationway_name="mail", group_window="60", **periods, **MAIL)
    text += define("contact", contact_name="ann", group_window="30", **MAIL)
    ways = {each.name: each.group_window for each in compiled(text).objects.notificationways}
    assert ways == {"ann_inner_nw": 30, "bob_inner_nw": 0, "mail": 60}
    text = BASE + define("contact", contact_name="ann", group_window="-1", **MAIL)
    assert "group_window is -1: give seconds, or 0 for none" in errors(loaded(text))[0]


def test_what_is_wrong_with_contacts_and_ways_is_said() -> None:
    text = BASE
    text += define("contact", contact_name="a|b", notificationways="male")
    text += define("notificationway", notificationway_name="mail", host_notification_period="x", **MAIL)
    text += define(
        "contact", contact_name="ann", host_notification_commands="nothing", service_notification_commands="check"
    )
    assert errors(loaded(text)) == [
        "[notificationway::mail] service_notification_period required property is missing; from: /etc/a/main.cfg:26",
        "[notificationway::mail] the host_notification_period is invalid ('x' is unknown); from: /etc/a/main.cfg:28",
        "[contact::ann] a host_notification_command is invalid (nothing); from: /etc/a/main.cfg:34",
        "[contact::a|b] | character not allowed in contact_name; from: /etc/a/main.cfg:23",
        "[contact::a|b] the notificationways named 'male' is unknown, did you mean 'mail'?; from: /etc/a/main.cfg:24",
    ]


def test_a_contact_that_cannot_be_told_anything_is_a_warning() -> None:
    assert warnings(loaded(BASE + define("contact", contact_name="ann"))) == [
        "[contact::ann] do not have any host_notification_commands defined; from: /etc/a/main.cfg:22",
        "[contact::ann] do not have any service_notification_commands defined; from: /etc/a/main.cfg:22",
    ]


def test_arguments_without_a_command_are_said_to_miss_it() -> None:
    text = BASE + define(
        "contact", contact_name="ann", host_notification_commands="!x", service_notification_commands="check"
    )
    assert errors(loaded(text)) == [
        "[contact::ann] a host_notification_command is missing; from: /etc/a/main.cfg:24",
    ]


def test_commands_are_typed_and_the_internal_ones_are_always_there() -> None:
    config = compiled(
        BASE
        + define(
            "command", command_name="load", command_line="load", module_type="builtin", timeout="7", poller_tag="x"
        )
    )
    commands = {each.name: each for each in config.objects.commands}
    assert set(commands) == {
        "_echo",
        "_internal_host_check",
        "_internal_host_up",
        "_internal_service_check",
        "bp_rule",
        "check",
        "load",
    }
    assert (commands["load"].module_type, commands["load"].timeout, commands["load"].poller_tag) == ("builtin", 7, "x")


def test_a_command_that_runs_nothing_is_an_error() -> None:
    assert errors(loaded(BASE + define("command", command_name="x", timeout="soon"))) == [
        "[command::x] Error while pythonizing parameter 'timeout': Cannot convert 'soon' to a number; from:"
        " /etc/a/main.cfg:24",
        "[command::x] command_line required property is missing; from: /etc/a/main.cfg:22",
    ]
