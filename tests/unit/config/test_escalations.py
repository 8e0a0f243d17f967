"""Who is told when a problem lasts."""

from __future__ import annotations

from alignak.model.snapshot import CompiledConfig
from tests.support.configurations import BASE, compiled, errors, loaded


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


FROM_THIRD = {"first_notification": "3", "last_notification": "0"}

SITE = (
    BASE
    + define("contactgroup", contactgroup_name="bosses", members="bob")
    + "".join(define("host", host_name=each, use="generic-host", hostgroups="racks") for each in "ab")
    + define("service", use="generic-service", service_description="Load", hostgroup_name="racks")
    + define("service", use="generic-service", service_description="Disk", host_name="a")
)


def attached(config: CompiledConfig) -> dict[str, list[str]]:
    """Return the escalations of each object, whoever names the other."""
    found = config.objects
    return {
        each.key: [*found.policies[each.policy].escalations, *each.escalations]
        for each in (*found.hosts, *found.services)
    }


def test_objects_name_escalations_and_services_take_those_of_their_host() -> None:
    text = SITE.replace("host_name a\n", "host_name a\nescalations late\n", 1)
    config = compiled(text + define("escalation", escalation_name="late", contact_groups="bosses", **FROM_THIRD))
    assert attached(config) == {"a": ["late"], "b": [], "a;Disk": ["late"], "a;Load": ["late"], "b;Load": []}
    (record,) = config.objects.escalations
    assert (record.first_notification, record.last_notification, record.is_time_based) == (3, 0, False)
    assert (record.contacts, record.contact_groups, record.notification_interval) == (("bob",), ("bosses",), -1.0)
    assert record.options == ("d", "x", "r", "w", "c")


def test_an_escalation_names_its_objects() -> None:
    text = define(
        "escalation", escalation_name="of-services", hostgroup_name="racks", service_description="Load", contacts="bob"
    ) + define("escalation", escalation_name="of-hosts", host_name="b", contacts="bob")
    text = text.replace("contacts bob", "contacts bob\nfirst_notification_time 10\nlast_notification_time 60")
    config = compiled(SITE + text)
    assert attached(config) == {
        "a": [],
        "b": ["of-hosts"],
        "a;Disk": [],
        "a;Load": ["of-services"],
        "b;Load": ["of-services"],
    }
    assert [each.is_time_based for each in config.objects.escalations] == [True, True]
    assert len(config.objects.policies) == 2


def test_host_and_service_escalations_get_names_that_do_not_depend_on_their_place() -> None:
    hosts = define("hostescalation", hostgroup_name="racks", contacts="bob", escalation_options="d,u", **FROM_THIRD)
    services = define("serviceescalation", host_name="*", service_description="*", contacts="bob", **FROM_THIRD)
    config, other = compiled(SITE + hosts + services), compiled(services + SITE + hosts)
    assert config.hash == other.hash
    host, service = config.objects.escalations
    assert host.name.startswith("Generated-HE-racks-")
    assert service.name.startswith("Generated-SE-")
    assert (host.options, host.notification_interval) == (("d", "x"), 30)
    assert attached(config) == {
        "a": [host.name],
        "b": [host.name],
        "a;Disk": [service.name],
        "a;Load": [service.name],
        "b;Load": [service.name],
    }


def test_what_an_escalation_lacks_or_misspells_is_an_error() -> None:
    text = (
        define("escalation", escalation_name="nobody", **FROM_THIRD)
        + define("escalation", escalation_name="never", contacts="bob", first_notification_time="5")
        + define("escalation", escalation_name="bad", contacts="bbo", escalation_period="nihgt", **FROM_THIRD)
        + define("serviceescalation", host_name="a", contacts="bob", **FROM_THIRD)
        + define("host", host_name="c", use="generic-host", escalations="evrybody")
        + define("escalation", escalation_name="everybody", host_name="z", contacts="bob", **FROM_THIRD)
    )
    found = [each.partition("; from")[0] for each in errors(loaded(SITE + text))]
    assert found[:5] == [
        "[escalation::nobody] nobody: I do not have contacts nor contact_groups",
        "[escalation::never] never: I do not have first_notification, nor both of first_notification_time and"
        " last_notification_time",
        "[escalation::never] never: I do not have last_notification, nor both of first_notification_time and"
        " last_notification_time",
        "[escalation::bad] the contact 'bbo' defined for 'bad' is unknown, did you mean 'bob'?",
        "[escalation::bad] The escalation_period named 'nihgt' is unknown",
    ]
    assert found[5].endswith("] service_description required property is missing") or "bad host_name" in found[5]
    assert any("got a bad host_name definition 'z'" in each for each in found)
    assert "[host::c] the escalation 'evrybody' defined for 'c' is unknown, did you mean 'everybody'?" in found
