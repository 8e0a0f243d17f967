"""Groups, whichever side says who is in them."""

from __future__ import annotations

from alignak.config.diagnostics import Diagnostics
from alignak.config.expand import from_list, group_members, unique
from alignak.config.graphs import order
from alignak.config.inherit import Inheritance
from alignak.config.parser import parse
from alignak.config.tables import OBJECT_TYPES
from alignak.model.objects import Group
from tests.support.configurations import BASE, compiled, errors, loaded

HOSTS = BASE + "".join(
    f"define host{{\nuse generic-host\nhost_name {name}\n{more}\n}}\n"
    for name, more in (("a", "hostgroups linux"), ("b", "hostgroups linux,made"), ("c", ""), ("d", ""))
)


def group(name: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define hostgroup{{\nhostgroup_name {name}\n{lines}}}\n"


def members(groups: tuple[Group, ...]) -> dict[str, str]:
    return {each.name: ",".join(each.members) for each in groups}


def test_a_group_has_those_it_names_those_that_name_it_and_those_of_its_groups() -> None:
    config = compiled(
        HOSTS
        + group("linux", members="c", alias="Linux")
        + group("all", hostgroup_members="linux,odd")
        + group("odd", members="*,!b,!c")
    )
    assert members(config.objects.hostgroups) == {"all": "a,b,c,d", "linux": "a,b,c", "made": "b", "odd": "a,d"}
    assert {each.host_name: each.groups for each in config.objects.hosts} == {
        "a": ("all", "linux", "odd"),
        "b": ("all", "linux", "made"),
        "c": ("all", "linux"),
        "d": ("all", "odd"),
    }


def test_unknown_members_bring_their_group_and_loops_are_found() -> None:
    text = HOSTS + group("x", members="a,zz", hostgroup_members="lunix") + group("linux")
    text += group("p", hostgroup_members="q") + group("q", hostgroup_members="p") + group("r", hostgroup_members="q")
    assert errors(loaded(text)) == [
        "[hostgroup::x] as hostgroup, got unknown member 'zz'; from: /etc/a/main.cfg:44",
        "[hostgroup::x] as hostgroup, got unknown member 'lunix', did you mean 'linux'?; from: /etc/a/main.cfg:45",
        "[hostgroup::p] is in a loop of hostgroup_members: p -> q -> p; from: /etc/a/main.cfg:52",
        "[hostgroup::q] is in a loop of hostgroup_members: p -> q -> p; from: /etc/a/main.cfg:56",
    ]


def test_contact_groups_work_alike() -> None:
    text = BASE + (
        "define contact{\ncontact_name ann\ncontactgroups admins\nhost_notification_commands check\n"
        "service_notification_commands check\n}\n"
        "define contactgroup{\ncontactgroup_name night\nmembers bob\ncontactgroup_members admins\n}\n"
        "define host{\nuse generic-host\nhost_name h\ncontacts null\ncontact_groups night\n}\n"
    )
    config = compiled(text)
    assert members(config.objects.contactgroups) == {"admins": "ann", "night": "ann,bob"}
    assert config.objects.policies[0].contacts == ("ann", "bob")
    assert config.objects.contacts[0].groups == ("admins", "night")


def test_one_definition_may_be_many_hosts() -> None:
    config = compiled(BASE + "define host{\nuse generic-host\nhost_name srv-[1-3-%02d]\nhostgroups g\n}\n")
    assert [each.host_name for each in config.objects.hosts] == ["srv-01", "srv-02", "srv-03"]
    assert config.objects.hostgroups[0].members == ("srv-01", "srv-02", "srv-03")
    assert len(config.objects.policies) == 1


def test_names_with_characters_that_break_commands_are_refused() -> None:
    text = (
        BASE + "define host{\nuse generic-host\nhost_name a$b\n}\ndefine host{\nuse generic-host\nhost_name c\\;d\n}\n"
    )
    assert errors(loaded(text)) == [
        "[host::a$b] host_name contains an illegal character: $; from: /etc/a/main.cfg:24",
        "[host::c;d] host_name contains an illegal character: ;; from: /etc/a/main.cfg:28",
    ]


def test_a_drive_of_windows_is_a_service_name() -> None:
    text = "define host{\nuse generic-host\nhost_name win\n}\n"
    text += "define service{\nuse generic-service\nhost_name win\nservice_description C:\\ Drive Space\n}\n"
    assert [each.description for each in compiled(BASE + text).objects.services] == ["C:\\ Drive Space"]


def test_a_misspelt_member_brings_the_right_one() -> None:
    diagnostics = Diagnostics()
    parsed = parse("define contactgroup{\ncontactgroup_name g\nmembers bobb\n}\n", "f", diagnostics)
    groups = Inheritance(OBJECT_TYPES["contactgroup"], parsed.definitions, diagnostics).objects()
    group_members(
        "contactgroup",
        unique("contactgroup", groups, diagnostics),
        {},
        from_list({"bob": None}),
        diagnostics,
        hint=lambda name: diagnostics.nearest(name, ["bob"]),
    )
    assert [each.message for each in diagnostics.all()] == [
        "as contactgroup, got unknown member 'bobb', did you mean 'bob'?"
    ]


def test_groups_that_multiply_beyond_reason_are_refused() -> None:
    text = "".join(
        f"define host{{\nhost_name h{each}\n}}\ndefine hostgroup{{\nhostgroup_name g{each}\nmembers *\n}}\n"
        for each in range(1500)
    )
    assert errors(loaded(text))[0].startswith("the hostgroups have more than 1500000 members in all")


def test_everything_comes_after_what_it_needs_and_loops_are_set_apart() -> None:
    ordered, looping = order({"a": ["b", "c"], "b": ["c"], "c": [], "x": ["y"], "y": ["x"], "z": ["x"], "s": ["s"]})
    assert ordered.index("c") < ordered.index("b") < ordered.index("a")
    assert looping == {"x", "y", "s"}


def test_an_order_that_is_no_number_is_an_error_even_if_nothing_is_twice() -> None:
    assert errors(loaded(HOSTS + group("x", members="a", definition_order="perhaps"))) == [
        "Error while pythonizing parameter 'definition_order': Cannot convert 'perhaps' to a number; from:"
        " /etc/a/main.cfg:45"
    ]
