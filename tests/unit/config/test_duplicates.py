"""One service definition made several on a host."""

from __future__ import annotations

import pytest

from alignak.config.duplicates import Key, keys_of
from alignak.config.expressions import Malformed
from tests.support.configurations import BASE, compiled, errors, loaded


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("C, D", [Key("C", ("80%",)), Key("D", ("80%",))]),
        ("C$(90%!95%)$, D", [Key("C", ("90%!95%",)), Key("D", ("80%",))]),
        ("C$(1)$$(2, 3)$", [Key("C", ("1", "2, 3"))]),
        ("Unit [1-2] Port [0-4/2]$(x)$", [Key(f"Unit {u} Port {p}", ("x",)) for u in (1, 2) for p in (0, 2, 4)]),
        ("C$($USER1$/x)$", [Key("C", ("$USER1$/x",))]),
    ],
)
def test_keys_have_values_and_ranges(text: str, keys: list[Key]) -> None:
    assert keys_of(text, "80%") == keys


def test_a_default_may_have_several_values() -> None:
    assert keys_of("C", "$(1)$$(2)$") == [Key("C", ("1", "2"))]


@pytest.mark.parametrize("text", ["C$(1", "$(1)$", "C$x", " , ", "p[1-999999999]", "[1-200][1-200]"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        keys_of(text, "")


SERVICE = """
define service{
    use generic-service
    %s
    service_description Disk $KEY$
    check_command check!$KEY$!$VALUE1$!$VALUE2$
    duplicate_foreach _disks
    default_value $(80)$$(90)$
}
"""
HOSTS = """
define host{
    use generic-host
    host_name a
    hostgroups racks
    _DISKS /, /var$(70)$, /tmp
    _!DISKS /tmp
}
define host{
    use generic-host
    host_name b
    hostgroups racks
}
"""


def test_a_host_has_a_service_for_each_key_it_lists_and_does_not_exclude() -> None:
    found = compiled(BASE + HOSTS + SERVICE % "hostgroup_name racks").objects.services
    calls = {each.key: each.check_command.arguments for each in found if each.check_command}
    assert calls == {"a;Disk /": ("/", "80", "90"), "a;Disk /var": ("/var", "70", "")}


def test_characters_no_name_may_have_are_left_out_of_descriptions_alone() -> None:
    text = HOSTS.replace("_DISKS /, /var$(70)$, /tmp", "_DISKS C:|x")
    (found,) = compiled(BASE + text + SERVICE % "host_name a").objects.services
    assert found.description == "Disk C:x"
    assert found.check_command is not None
    assert found.check_command.arguments == ("C:|x", "80", "90")


def test_a_list_that_cannot_be_read_is_an_error_of_the_host() -> None:
    text = HOSTS.replace("_DISKS /, /var$(70)$, /tmp", "_DISKS C$(1")
    (error,) = [each for each in errors(loaded(BASE + text + SERVICE % "host_name a")) if each.startswith("[host")]
    assert error == (
        "[host::a] _DISKS for the service 'Disk $KEY$': 'C$(1' is an invalid key(-values) pattern; from:"
        " /etc/a/main.cfg:27"
    )
