"""What hosts change in services they did not define."""

from __future__ import annotations

from tests.support.configurations import BASE, compiled, errors, loaded

SERVICES = """
define service{
    use generic-service
    hostgroup_name racks
    service_description Load
}
define service{
    use generic-service
    hostgroup_name racks
    service_description Disk
}
"""


def host(name: str, *overrides: str) -> str:
    lines = "".join(f"service_overrides {each}\n" for each in overrides)
    return f"define host{{\nuse generic-host\nhost_name {name}\nhostgroups racks\n{lines}}}\n"


def test_a_host_changes_a_service_for_itself_alone() -> None:
    found = compiled(
        BASE
        + host("a", "Load,max_check_attempts 7", "Load, check_command check!a,b", "Disk,_LEVEL 3")
        + host("b", "Load,max_check_attempts 7", "Load, check_command check!a,b")
        + host("c")
        + SERVICES
    ).objects
    attempts = {each.key: found.policies[each.policy].max_check_attempts for each in found.services}
    assert attempts == {"a;Disk": 1, "a;Load": 7, "b;Disk": 1, "b;Load": 7, "c;Disk": 1, "c;Load": 1}
    commands = {each.key: each.check_command.arguments for each in found.services if each.check_command}
    assert (commands["a;Load"], commands["c;Load"]) == (("a,b",), ())
    assert next(each.customs for each in found.services if each.key == "a;Disk") == {"_LEVEL": "3"}
    policies = {each.key: each.policy for each in found.services}
    assert policies["a;Load"] == policies["b;Load"]


def test_overrides_that_cannot_be_are_errors() -> None:
    text = BASE + host("a", "Load max_check_attempts 7", "Laod,max_check_attempts 7", "Disk,host_name b") + SERVICES
    assert [each.partition("; from")[0] for each in errors(loaded(text))] == [
        "[host::a] invalid service override syntax: Load max_check_attempts 7",
        "[host::a] trying to override 'host_name', a forbidden property for service 'Disk'",
        "[host::a] trying to override property 'max_check_attempts' on service 'Laod' but it's unknown for this host,"
        " did you mean 'Load'?",
    ]
