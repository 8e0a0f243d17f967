"""Objects of modules: dictionaries made definitions, with places that lead back to the module."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as given_by_hypothesis
from hypothesis import strategies as some

from alignak.config.compile import Loaded, load
from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.environment import read_environment
from alignak.config.given import UNUSABLE, amended, definitions_of, merged
from alignak.config.includes import gather
from alignak.config.parser import Definition
from tests.support.configurations import BASE, INI, MemoryFiles, errors, warnings


def definitions(objects: object) -> tuple[list[Definition], list[str]]:
    """Return what the objects of the module ``cmdb`` are, and what is said of them."""
    diagnostics = Diagnostics()
    found = definitions_of("cmdb", objects, diagnostics, Place("alignak.ini", 7))
    return found, [f"{each.severity.value}: {each.render()}" for each in diagnostics.all()]


def values(directives: dict[Any, Any], table: str = "hosts") -> dict[str, str]:
    """Return the directives of one object as they would stand in a file."""
    (found,), said = definitions({table: [directives]})
    assert said == []
    return found.values


def with_modules(objects: dict[str, Any], text: str = BASE) -> Loaded:
    """Load an installation to which a module adds objects."""
    tree = MemoryFiles({"/etc/a/alignak.ini": INI, "/etc/a/main.cfg": text})
    found, _ = definitions(objects)
    return load(read_environment("/etc/a/alignak.ini", tree), tree, given=found)


def test_values_of_all_kinds_are_written_as_in_a_file() -> None:
    assert values(
        {
            "host_name": " web ",
            "max_check_attempts": 3,
            "low_flap_threshold": 2.5,
            "check_interval": None,
            "notifications_enabled": False,
            "active_checks_enabled": True,
            "contacts": ["bob", None, " eve"],
            "parents": (),
            "_rack": 7,
            "Alias": "of many\nlines",
        }
    ) == {
        "host_name": "web",
        "max_check_attempts": "3",
        "low_flap_threshold": "2.5",
        "notifications_enabled": "0",
        "active_checks_enabled": "1",
        "contacts": "bob,eve",
        "_RACK": "7",
        "alias": "of many lines",
    }


def test_the_dates_of_a_period_keep_their_blanks() -> None:
    dates = {"timeperiod_name": "days", "monday": "08:00-18:00", "Day 1  - 15": "00:00-24:00"}

    assert values(dates, "timeperiods") == {
        "timeperiod_name": "days",
        "monday": "08:00-18:00",
        "day 1 - 15": "00:00-24:00",
    }


def test_the_overrides_of_services_are_lines() -> None:
    overrides = ["disk,check_interval 5", "load,check_interval 6"]

    assert values({"host_name": "a", "service_overrides": overrides})["service_overrides"] == "\n".join(overrides)


@pytest.mark.parametrize("table", ["hosts", "host", "Hosts"])
def test_a_type_is_named_in_the_plural_or_not(table: str) -> None:
    (found,), said = definitions({table: [{"host_name": "a"}]})

    assert (found.type, str(found.place), found.imported_from) == (
        "host",
        f"module cmdb, {table}[0]",
        f"module cmdb, {table}[0]",
    )
    assert said == []


def test_where_the_module_has_an_object_from_is_shown() -> None:
    (found,), _ = definitions({"hosts": [{"host_name": "a", "imported_from": "row 17"}]})

    assert str(found.place_of("host_name")) == "module cmdb, hosts[0] (row 17)"
    assert "imported_from" not in found.values


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        (None, "warning: [module::cmdb] The module 'cmdb' did not provide any objects; from: alignak.ini:7"),
        ({"hosts": []}, "warning: [module::cmdb] The module 'cmdb' did not provide any objects; from: alignak.ini:7"),
        (
            [1],
            "error: [module::cmdb] get_objects() returned a list, not a dictionary of type -> list of objects; from:"
            " alignak.ini:7",
        ),
        ({"hosts": {"a": 1}}, "error: [module::cmdb] a dictionary is no list of objects; from: module cmdb, hosts"),
        (
            {"hosts": ["a"]},
            "error: [module::cmdb] 'a' is no object: give a dictionary of directive -> value; from: module cmdb,"
            " hosts[0]",
        ),
        (
            {"hosts": [{"host_name": "a", "alias": {UNUSABLE: "Socket"}}]},
            "error: [host::a] the value of 'alias' cannot be used: a Socket is no text, number, truth value or list of"
            " them; from: module cmdb, hosts[0]",
        ),
        (
            {"hosts": [{"host_name": "a", "location": {"type": "Point"}}]},
            "warning: [host::a] the value of 'location' cannot be used: a dictionary is no text, number, truth value or"
            " list of them; from: module cmdb, hosts[0]",
        ),
        (
            {"hostz": [{"host_name": "a"}], "hosts": [{"host_name": "a"}]},
            "warning: [module::cmdb] 'hostz' is no known type of object, what the module gives of it is ignored, did"
            " you mean 'hosts'?; from: module cmdb, hostz",
        ),
        (
            {"pollers": [{"poller_name": "p"}], "hosts": [{"host_name": "a"}]},
            "warning: [module::cmdb] pollers come from files alone: those that the module gives are ignored; from:"
            " module cmdb, pollers",
        ),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(objects: object, message: str) -> None:
    assert definitions(objects)[1] == [message]


def test_an_empty_list_of_something_unknown_is_nobodys_mistake() -> None:
    assert definitions({"triggers": [], "hosts": [{"host_name": "a"}]})[1] == []


PLAIN = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=12), inner, max_size=3),
    max_leaves=10,
)


@given_by_hypothesis(PLAIN | some.dictionaries(some.sampled_from(["hosts", "service", "timeperiods"]), PLAIN))
def test_whatever_a_module_returns_gives_definitions_or_diagnostics(objects: object) -> None:
    found, said = definitions(objects)

    assert found or said
    assert all(isinstance(text, str) for each in found for text in each.values.values())


def test_objects_of_modules_and_files_use_each_other() -> None:
    module = {
        "hosts": [
            {"name": "linux", "register": False, "use": ["generic-host"], "address": "::1"},
            {"use": "linux", "host_name": "web"},
        ],
        "services": [{"use": "generic-service", "hostgroup_name": "all", "service_description": "ssh"}],
    }
    files = BASE + (
        "define host{\nuse linux\nhost_name db\nparents web\n}\n"
        "define hostgroup{\nhostgroup_name all\nmembers db,web\n}\n"
    )

    loaded = with_modules(module, files)

    assert loaded.config is not None, errors(loaded)
    objects = loaded.config.objects
    assert {(each.host_name, each.address, each.imported_from) for each in objects.hosts} == {
        ("db", "::1", "/etc/a/main.cfg:22"),
        ("web", "::1", "module cmdb, hosts[1]"),
    }
    assert {each.host_name for each in objects.services} == {"db", "web"}
    assert warnings(with_modules(module, files)) == []


def test_problems_of_given_objects_have_the_module_as_their_place() -> None:
    loaded = with_modules({"hosts": [{"use": "generic-host", "host_name": "web", "check_command": "chek"}]})

    (error,) = errors(loaded)
    assert error.startswith("[host::web] check_command 'chek' invalid")
    assert error.endswith("; from: module cmdb, hosts[0]")


def test_what_a_hook_changed_takes_the_place_of_what_the_file_says() -> None:
    text = BASE + "define host{\nuse generic-host\nhost_name web\naddress 1.1.1.1\nnotes old\n}\n"
    tree = MemoryFiles({"/etc/a/alignak.ini": INI, "/etc/a/main.cfg": text})
    before = gather(["/etc/a/main.cfg"], tree, Diagnostics()).definitions
    diagnostics = Diagnostics()

    after = amended(before[-1], {"address": "2.2.2.2", "notes": None, "_SITE": "Lyon"}, "tags", diagnostics)
    loaded = load(read_environment("/etc/a/alignak.ini", tree), tree, given=[after])

    assert loaded.config is not None, errors(loaded)
    (host,) = loaded.config.objects.hosts
    assert (host.address, host.customs) == ("2.2.2.2", {"_SITE": "Lyon"})
    assert host.imported_from == "/etc/a/main.cfg:22"
    assert str(after.place_of("host_name")) == "/etc/a/main.cfg:24"
    assert diagnostics.all() == ()


def test_without_modules_nothing_is_touched() -> None:
    definitions_of_files = [Definition("host", "a.cfg", 1)]

    assert merged(definitions_of_files, ()) is definitions_of_files
