"""What objects share, and what a service takes from its host."""

from __future__ import annotations

from alignak.model.objects import CommandCall, Policy
from alignak.model.snapshot import CompiledConfig
from tests.support.configurations import BASE, compiled, errors, loaded, warnings

NIGHT = "define timeperiod{\ntimeperiod_name night\nmonday 00:00-06:00\n}\n"


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


def policy(config: CompiledConfig, key: str) -> Policy:
    found = next(each for each in (*config.objects.hosts, *config.objects.services) if each.key == key)
    return config.objects.policies[found.policy]


def test_hosts_that_say_the_same_share_a_policy_however_they_say_it() -> None:
    config = compiled(
        BASE
        + define("host", host_name="a", use="generic-host", max_check_attempts="3", alias="A", _X="1")
        + define("host", host_name="b", use="generic-host", max_check_attempts="3.0", address="::1")
        + define("host", host_name="c", use="generic-host", max_check_attempts="4")
    )
    assert [each.policy for each in config.objects.hosts] == [0, 0, 1]
    assert config.objects.policies[0].max_check_attempts == 3


def test_intervals_may_be_parts_of_a_unit() -> None:
    config = compiled(BASE + define("host", host_name="a", use="generic-host", check_interval="0.5"))
    assert policy(config, "a").check_interval == 0.5


def test_u_on_a_host_means_unreachable() -> None:
    config = compiled(
        BASE + define("host", host_name="a", use="generic-host", notification_options="d,u", freshness_state="u")
    )
    assert policy(config, "a").notification_options == ("d", "x")
    assert policy(config, "a").freshness_state == "x"


def test_options_have_the_defaults_of_their_kind() -> None:
    config = compiled(
        BASE
        + define("host", host_name="a", use="generic-host")
        + define("service", host_name="a", service_description="S", use="generic-service", notification_options="u")
    )
    assert policy(config, "a").notification_options == ("d", "x", "r", "f")
    assert policy(config, "a;S").flap_detection_options == ("o", "w", "c", "u", "x")
    assert policy(config, "a;S").notification_options == ("u",)


def test_a_service_takes_from_its_host_what_nobody_says_for_it() -> None:
    config = compiled(
        BASE
        + NIGHT
        + define(
            "host", host_name="a", use="generic-host", check_period="night", poller_tag="None", business_impact="4"
        )
        + define("service", host_name="a", service_description="S", use="generic-service")
        + define("service", host_name="a", service_description="T", use="generic-service", check_period="null")
        + define("service", host_name="a", service_description="U", use="generic-service", business_impact="1")
    )
    assert policy(config, "a;S").contacts == ("bob",)
    assert policy(config, "a;S").check_period == "night"
    assert policy(config, "a;S").business_impact == 4
    assert policy(config, "a;T").check_period == ""
    assert policy(config, "a;U").business_impact == 1


def test_the_contacts_of_the_host_are_added_when_they_are_merged() -> None:
    text = BASE + define(
        "contact", contact_name="ann", host_notification_commands="check", service_notification_commands="check"
    )
    text += define("host", host_name="a", use="generic-host")
    service = {"host_name": "a", "service_description": "S", "use": "generic-service", "contacts": "ann"}
    assert policy(compiled(text + define("service", **service)), "a;S").contacts == ("ann",)
    merged = compiled(text + define("service", merge_host_contacts="1", **service))
    assert policy(merged, "a;S").contacts == ("ann", "bob")


def test_event_handlers_are_calls_and_what_has_no_field_is_kept_as_text() -> None:
    config = compiled(
        BASE + define("host", host_name="a", use="generic-host", event_handler="check!1", labels="x,y", vrml_image="v")
    )
    assert policy(config, "a").event_handler == CommandCall("check", ("1",))
    assert policy(config, "a").extra == {"labels": "x,y", "vrml_image": "v"}


def test_unknown_names_are_errors_of_every_object_that_has_them() -> None:
    text = (
        BASE + NIGHT + define("host", name="t", register="0", contacts="bo", check_period="nigth", use="generic-host")
    )
    text += define("host", host_name="a", use="t")
    text += define("host", host_name="b", use="t", event_handler="chekc", contact_groups="nobody")
    text += define("host", host_name="c", use="generic-host", check_command="x!1", max_check_attempts="few")
    assert errors(loaded(text)) == [
        "[host::a] The check_period named 'nigth' is unknown, did you mean 'night'?; from: /etc/a/main.cfg:33",
        "[host::a] the contact 'bo' defined for 'a' is unknown, did you mean 'bob'?; from: /etc/a/main.cfg:33",
        "[host::b] The check_period named 'nigth' is unknown, did you mean 'night'?; from: /etc/a/main.cfg:37",
        "[host::b] the contact 'bo' defined for 'b' is unknown, did you mean 'bob'?; from: /etc/a/main.cfg:37",
        "[host::b] The contact group 'nobody' defined for the host 'b' do not exist; from: /etc/a/main.cfg:41",
        "[host::b] event_handler 'chekc' is invalid, did you mean 'check'?; from: /etc/a/main.cfg:40",
        "[host::c] check_command 'x' invalid; from: /etc/a/main.cfg:46",
        "[host::c] Error while pythonizing parameter 'max_check_attempts': Cannot convert 'few' to a number; from:"
        " /etc/a/main.cfg:47",
    ]


def test_a_host_that_tells_nobody_or_checks_nothing_is_a_warning() -> None:
    assert warnings(loaded(BASE + define("host", host_name="a"))) == [
        "[host::a] no check_command, will always be considered as Up; from: /etc/a/main.cfg:22",
        "[host::a] notifications are enabled but no contacts nor contact_groups property is defined for this host;"
        " from: /etc/a/main.cfg:22",
    ]


def test_what_is_applied_needs_no_remark_and_a_misspelled_directive_gets_one() -> None:
    text = (
        BASE
        + define("host", host_name="a", use="generic-host", escalations="e")
        + define("host", host_name="b", use="generic-host", escalations="e", check_command="bp_rule!a")
        + define("resultmodulation", resultmodulation_name="r", exit_codes_match="2", exit_code_modulation="1")
        + define("escalation", escalation_name="e", first_notification="1", last_notification="0", contacts="bob")
        + define("escalation", use="x", escalation_name="f", frist_notification="1")
        + define("escalation", name="x", first_notification="1", last_notification="0", contacts="bob")
    )
    assert [each.partition(";")[0] for each in warnings(loaded(text))] == [
        "'frist_notification' is no directive of escalation objects, it is kept without effect, did you mean"
        " 'first_notification'?",
    ]


def test_results_may_be_passed_on_however_that_is_spelled() -> None:
    text = BASE + "".join(
        define("host", host_name=name, use="generic-host", **{key: value})
        for name, key, value in (
            ("a", "obsess", "0"),
            ("b", "obsess_over_host", "0"),
            ("c", "obsess_over_host", "1"),
            ("d", "alias", "d"),
        )
    )
    config = compiled(text)
    assert [policy(config, name).obsess for name in "abcd"] == [False, False, True, True]


def test_snapshots_have_a_command_a_period_and_criteria() -> None:
    given = {"snapshot_enabled": "1", "snapshot_command": "check!x", "snapshot_interval": "10"}
    config = compiled(
        BASE
        + NIGHT
        + define("host", host_name="a", use="generic-host", snapshot_period="night", snapshot_criteria="d,u", **given)
        + define("host", host_name="b", use="generic-host")
    )
    found = policy(config, "a")
    assert (found.snapshot_enabled, found.snapshot_interval, found.snapshot_period) == (True, 10.0, "night")
    assert (found.snapshot_command, found.snapshot_criteria) == (CommandCall("check", ("x",)), ("d", "x"))
    assert policy(config, "b").snapshot_criteria == ("d", "x")
    text = BASE + define("host", host_name="a", use="generic-host", snapshot_command="chekc", snapshot_period="dya")
    assert [each.partition("; from")[0] for each in errors(loaded(text))] == [
        "[host::a] The snapshot_period named 'dya' is unknown",
        "[host::a] snapshot_command 'chekc' is invalid, did you mean 'check'?",
    ]
