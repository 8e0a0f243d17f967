"""Comparisons: what changed, for whom, from what to what; and what did not."""

from __future__ import annotations

from alignak.config.comparing import Change, Changed, Comparison, compare
from tests.support.configurations import INI, compiled
from tests.support.explained import POOL, SITE, line_of

NIGHT = "define timeperiod{\n    timeperiod_name    night\n    monday    00:00-06:00\n}\n"


DEFINED = f"/etc/a/main.cfg:{SITE[: SITE.index('host_name               web-1')].count(chr(10))}"
"""Where web-1 is defined: the line above its name."""


def difference(old: str, new: str, ini: str = POOL, new_ini: str = "") -> Comparison:
    """Return what differs between two texts of the main object file."""
    return compare(compiled(old, ini), compiled(new, new_ini or ini))


def only(found: Comparison) -> Changed:
    """Return the one change there is."""
    assert not found.added
    assert not found.removed
    (changed,) = found.changed
    return changed


def test_a_configuration_equals_itself() -> None:
    found = difference(SITE, SITE)

    assert found.is_equal
    assert found.touched_hosts == frozenset()


def test_a_line_more_at_the_top_changes_nothing_but_places() -> None:
    found = difference(SITE, f"# a remark\n{SITE}")

    assert found.is_equal
    assert found.moved == len(compiled(SITE, POOL).objects.hosts) + len(compiled(SITE, POOL).objects.services)
    assert found.touched_hosts == {"router", "web-1"}


def test_a_changed_property_shows_what_it_was_and_what_it_is() -> None:
    changed = only(difference(SITE, SITE.replace("192.0.2.7", "192.0.2.8")))

    assert (changed.type, changed.names) == ("host", ("web-1",))
    assert changed.changes == (Change("address", "192.0.2.7", "192.0.2.8"),)
    assert changed.old_place == changed.new_place == DEFINED


def test_a_changed_template_is_one_entry_with_all_it_touches() -> None:
    found = difference(SITE, SITE.replace("max_check_attempts      2", "max_check_attempts      6"))
    changed = only(found)

    assert changed.type == "service"
    assert set(changed.names) == {"router/ports", "router/shop", "web-1/disk /home", "web-1/disk /var", "web-1/http"}
    assert changed.changes == (Change("max_check_attempts", 2, 6),)
    assert found.touched_hosts == {"router", "web-1"}


def test_what_a_host_implies_is_a_change_of_its_services_too() -> None:
    found = difference(
        SITE, SITE.replace("contacts                bob\n    notes", "contacts                amy\n    notes")
    )

    assert {each.type for each in found.changed} == {"host", "service"}
    touched = {name for each in found.changed for name in each.names}
    assert {"router", "router/ports", "router/shop"} <= touched
    assert all(each.changes[0].name == "contacts" for each in found.changed)


def test_custom_variables_are_compared_as_they_are_in_effect() -> None:
    changed = only(difference(SITE, SITE.replace("_URL                    /status", "_URL                    /health")))

    assert changed.changes == (Change("_URL", "/status", "/health"),)
    assert len(changed.names) == 5


def test_objects_come_and_go_with_their_places() -> None:
    found = difference(SITE, SITE + NIGHT)

    assert found.added == {"timeperiod": {"night": line_of(SITE + NIGHT, "define timeperiod{", "escalation_name")}}
    assert difference(SITE + NIGHT, SITE).removed == found.added
    assert not found.touched_hosts


def test_a_host_that_comes_brings_its_services() -> None:
    more = "define host{\n    host_name web-2\n    use linux\n    hostgroups fronts\n    _DISKS /tmp\n}\n"
    found = difference(SITE, SITE + more)

    assert list(found.added["host"]) == ["web-2"]
    assert sorted(found.added["service"]) == ["web-2/disk /tmp", "web-2/http"]
    assert "web-2" in found.touched_hosts
    groups = {each.names[0] for each in found.changed if each.type == "hostgroup"}
    assert groups == {"everything", "fronts"}


def test_time_periods_are_compared_as_they_are_written() -> None:
    changed = only(difference(SITE, SITE.replace("08:00-12:00,13:00-18:00", "08:00-18:00")))

    assert (changed.type, changed.names) == ("timeperiod", ("office",))
    (change,) = changed.changes
    assert change.name == "entries"
    assert isinstance(change.new, list)
    assert "monday   08:00-18:00" in change.new


def test_parameters_macros_and_daemons_are_compared() -> None:
    other = POOL.replace("alignak_name=Test", "alignak_name=Test\ninterval_length=30\n_A=1").replace(
        "type=broker", "type=broker\nport=9999"
    )
    found = difference(SITE, SITE, POOL, other)

    changes = {(each.type, each.names[0]): each.changes for each in found.changed}
    assert changes["parameter", "interval_length"] == (Change("value", 60, 30),)
    assert changes["broker", "broker-master"] == (Change("port", 7772, 9999),)
    assert list(found.added["macro"]) == ["A"]


def test_dependencies_escalations_and_business_rules_are_compared() -> None:
    found = difference(
        SITE,
        SITE.replace("execution_failure_criteria          c", "execution_failure_criteria          u")
        .replace("first_notification      3", "first_notification      5")
        .replace("bp_rule!2 of: web-1,http & router,ports & web-1", "bp_rule!web-1,http & router,ports"),
    )

    changes = {(each.type, each.names[0]): {one.name for one in each.changes} for each in found.changed}
    assert changes["dependency", "web-1/http on router/ports"] == {"execution_criteria"}
    assert changes["escalation", "later"] == {"first_notification"}
    assert changes["business rule", "router/shop"] == {"members", "rule"}
    assert changes["service", "router/shop"] == {"check_command"}


def test_a_realm_is_a_change_of_its_hosts() -> None:
    realms = (
        "define realm{\n realm_name All\n default 1\n realm_members North\n}\ndefine realm{\n realm_name North\n}\n"
    )
    old = "define host{\n host_name h\n check_command _internal_host_up\n}\n" + realms
    found = difference(old, old.replace("host_name h", "host_name h\n realm North"), INI)

    assert [(each.type, each.changes) for each in found.changed] == [("host", (Change("realm", "All", "North"),))]
