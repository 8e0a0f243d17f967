"""Templates as administrators use them."""

from __future__ import annotations

from alignak.model.objects import Checkable, Policy
from alignak.model.snapshot import CompiledConfig
from tests.support.configurations import BASE, compiled, errors, loaded, warnings

PEOPLE = (
    BASE
    + "".join(f"define contact{{\ncontact_name {name}\nuse people\n}}\n" for name in ("ann", "cid", "dan"))
    + ("define contact{\nname people\nhost_notification_commands check\nservice_notification_commands check\n}\n")
)


def host(config: CompiledConfig, name: str) -> tuple[Checkable, Policy]:
    found = next(each for each in config.objects.hosts if each.host_name == name)
    return found, config.objects.policies[found.policy]


def define(**values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define host{{\n{lines}}}\n"


def test_the_first_template_that_has_a_directive_wins_and_the_object_wins_over_all() -> None:
    config = compiled(
        PEOPLE
        + define(name="a", register="0", max_check_attempts="3")
        + define(name="b", register="0", max_check_attempts="5", notes="b", check_interval="2", use="c")
        + define(name="c", register="0", icon_set="deep", notes="c")
        + define(host_name="h", use="a,b,generic-host", check_interval="7")
    )
    _, policy = host(config, "h")
    assert (policy.max_check_attempts, policy.notes, policy.check_interval, policy.icon_set) == (3, "b", 7, "deep")
    assert policy.tags == ("a", "b", "c", "generic-host")


def test_null_takes_an_inherited_value_away() -> None:
    config = compiled(
        PEOPLE
        + define(name="a", register="0", notes="inherited", check_command="check")
        + define(host_name="h", use="a", notes="null", contacts="ann")
        + define(name="b", register="0", notes="null", use="a", contacts="ann")
        + define(host_name="g", use="b,a")
    )
    assert host(config, "h")[1].notes == ""
    assert host(config, "g")[1].notes == ""


def test_a_plus_adds_to_what_the_templates_say_until_one_says_it_without() -> None:
    config = compiled(
        PEOPLE
        + define(name="a", register="0", contacts="+ann", check_command="check")
        + define(name="b", register="0", contacts="cid")
        + define(name="c", register="0", contacts="dan")
        + define(host_name="h", use="a,b,c", contacts="+bob")
        + define(host_name="g", use="a,b,c")
    )
    assert host(config, "h")[1].contacts == ("ann", "bob", "cid")
    assert host(config, "g")[1].contacts == ("ann", "cid")


def test_a_plus_on_a_plain_text_is_an_error() -> None:
    text = PEOPLE + define(host_name="h", use="generic-host", notes="+more", _X="+1")
    assert errors(loaded(text)) == [
        "A + value for a single string (notes) is not handled; from: /etc/a/main.cfg:42",
        "A + value for a single string (_X) is not handled; from: /etc/a/main.cfg:43",
    ]


def test_custom_variables_are_inherited_name_by_name() -> None:
    config = compiled(
        PEOPLE
        + define(name="a", register="0", _COMMUNITY="public", _Port="161", use="generic-host")
        + define(host_name="h", use="a", _community="secret")
    )
    found, policy = host(config, "h")
    assert {**policy.customs, **found.customs} == {"_COMMUNITY": "secret", "_PORT": "161"}


def test_an_unknown_template_is_a_warning_with_the_right_name_and_the_configuration_stands() -> None:
    result = loaded(PEOPLE + define(host_name="h", use="generic-hst,generic-host"))
    assert result.config is not None
    assert warnings(result) == [
        "[host::h] use/inherit from an unknown template: generic-hst, did you mean 'generic-host'?;"
        " from: /etc/a/main.cfg:41"
    ]


def test_templates_that_use_each_other_are_shown_as_their_path() -> None:
    text = PEOPLE + define(name="a", use="b") + define(name="b", use="c") + define(name="c", use="b")
    assert errors(loaded(text)) == ["[host::c] use/inherits from itself: b -> c -> b; from: /etc/a/main.cfg:49"]


def test_the_later_of_two_objects_counts_unless_an_order_says_otherwise() -> None:
    result = loaded(
        PEOPLE
        + define(host_name="h", use="generic-host", alias="first")
        + define(host_name="h", use="generic-host", alias="second")
        + define(host_name="g", use="generic-host", alias="first", definition_order="50")
        + define(host_name="g", use="generic-host", alias="second")
    )
    assert result.config is not None
    assert host(result.config, "h")[0].alias == "second"
    assert host(result.config, "g")[0].alias == "first"
    assert warnings(result) == [
        "duplicate host 'h', from: '/etc/a/main.cfg:39' and '/etc/a/main.cfg:44', using lastly defined. You may"
        " manually set the definition_order parameter to avoid this message.; from: /etc/a/main.cfg:44"
    ]


def test_objects_without_a_name_and_templates_nobody_can_use_are_errors() -> None:
    assert errors(loaded(PEOPLE + define(alias="x") + define(register="0"))) == [
        "a host item has been defined without host_name, from: /etc/a/main.cfg:39",
        "a host template has been defined without name, from: /etc/a/main.cfg:42",
    ]


def test_old_names_are_understood_and_remarked_on_once() -> None:
    result = loaded(
        PEOPLE
        + define(host_name="h", use="generic-host", normal_check_interval="4")
        + define(host_name="g", use="generic-host", normal_check_interval="5")
    )
    assert result.config is not None
    assert host(result.config, "g")[1].check_interval == 5
    (warning,) = warnings(result)
    assert warning.startswith("using an old Nagios property 'normal_check_interval'")


def test_misspelt_directives_bring_the_right_ones_and_are_kept() -> None:
    result = loaded(PEOPLE + define(host_name="h", use="generic-host", max_check_attempt="4", state="UP", trigger="x"))
    assert result.config is not None
    assert host(result.config, "h")[1].extra == {"max_check_attempt": "4", "state": "UP", "trigger": "x"}
    assert [each.partition(";")[0] for each in warnings(result)] == [
        "'max_check_attempt' is no directive of host objects, it is kept without effect, did you mean"
        " 'max_check_attempts'?",
        "using the running property 'state' in the configuration, it is ignored",
        "'trigger' property is not allowed",
    ]


def test_a_chain_of_thousands_of_templates_is_an_error_whatever_its_order() -> None:
    forward = "".join(define(name=f"t{each}", use=f"t{each + 1}") for each in range(3000))
    backward = "".join(define(name=f"t{each + 1}", use=f"t{each}") for each in range(3000))
    for text in (forward, backward):
        assert any("templates use templates more than 100 times over" in each for each in errors(loaded(text)))


def test_templates_in_every_combination_cost_no_exponential_time() -> None:
    text = PEOPLE + define(name="t0", register="0") + define(name="u0", register="0")
    for each in range(90):
        used = f"t{each},u{each}"
        text += define(name=f"t{each + 1}", register="0", use=used) + define(
            name=f"u{each + 1}", register="0", use=used
        )
    config = compiled(text + define(host_name="h", use="t90,generic-host"))
    assert len(host(config, "h")[1].tags) == 182
