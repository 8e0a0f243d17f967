"""What Nagios takes for granted is added to as few of the user's definitions as can be."""

from __future__ import annotations

from alignak.config.diagnostics import Diagnostics
from alignak.config.foreign.defaults import additions
from alignak.config.foreign.reading import Kind
from alignak.config.parser import parse


def added(text: str, key: str, kind: Kind = Kind.NAGIOS, handled: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    """Return the lines of the definitions that get a directive, and its value."""
    found = additions(parse(text, "o.cfg", Diagnostics()).definitions, kind, handled)
    return [(each.definition.line, each.value) for each in found if each.key == key]


def test_a_template_that_all_objects_without_it_share_gets_the_line_once() -> None:
    text = (
        "define host{\n name t\n register 0\n}\n"
        "define host{\n name u\n use t\n register 0\n}\n"
        "define host{\n host_name a\n use u\n}\n"
        "define host{\n host_name b\n use t\n}\n"
    )

    assert added(text, "check_interval") == [(1, "5")]


def test_a_template_keeps_out_of_the_way_of_objects_that_say_it_themselves_or_elsewhere() -> None:
    text = (
        "define host{\n name t\n register 0\n}\n"
        "define host{\n name slow\n check_interval 60\n register 0\n}\n"
        "define host{\n host_name a\n use t,slow\n}\n"
        "define host{\n host_name b\n use t\n}\n"
    )

    assert added(text, "check_interval") == [(14, "5")]


def test_an_old_name_of_a_directive_counts() -> None:
    assert added("define host{\n host_name a\n normal_check_interval 1\n}\n", "check_interval") == []


def test_event_handlers_run_without_being_switched_on_where_there_is_one() -> None:
    text = (
        "define service{\n service_description s\n event_handler fix\n}\ndefine service{\n service_description t\n}\n"
    )

    assert added(text, "event_handler_enabled") == [(1, "1")]
    assert added(text, "event_handler_enabled", handled=("service",)) == [(1, "1"), (5, "1")]


def test_services_take_the_notification_interval_of_their_host() -> None:
    assert added("define service{\n service_description s\n}\n", "notification_interval") == []


def test_shinken_has_the_same_defaults_but_for_the_thresholds_of_services() -> None:
    text = "define service{\n service_description s\n}\ndefine host{\n host_name h\n}\n"

    assert added(text, "check_interval", Kind.SHINKEN) == []
    assert added(text, "low_flap_threshold", Kind.SHINKEN) == [(1, "-1")]


def test_templates_in_a_circle_do_not_hang() -> None:
    text = "define host{\n name a\n use b\n register 0\n}\ndefine host{\n name b\n use a\n host_name h\n}\n"

    assert len(added(text, "check_interval")) == 1
