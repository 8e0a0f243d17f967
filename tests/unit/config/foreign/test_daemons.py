"""Daemons of a Shinken tree become sections; those it lacks are there as well."""

from __future__ import annotations

from alignak.config.diagnostics import Diagnostics
from alignak.config.foreign.daemons import Section, sections
from alignak.config.foreign.findings import Finding, Findings, Weight
from alignak.config.parser import parse
from alignak.model.topology import Role


def of(text: str, *modules: str) -> tuple[list[Section], tuple[Finding, ...]]:
    """Return the sections for the daemons of a text, and the remarks."""
    findings = Findings()
    return sections(parse(text, "d.cfg", Diagnostics()).definitions, modules, findings), findings.all()


def test_nagios_has_no_daemons_so_one_of_each_role_is_made() -> None:
    found, remarks = of("define host{\n host_name h\n}\n")

    assert [(each.name, each.values["port"]) for each in found] == [
        ("arbiter-master", "7770"),
        ("scheduler-master", "7768"),
        ("poller-master", "7771"),
        ("reactionner-master", "7769"),
        ("receiver-master", "7773"),
        ("broker-master", "7772"),
    ]
    assert remarks == ()


def test_a_daemon_keeps_its_directives_under_the_names_they_have_here() -> None:
    found, remarks = of(
        "define poller{\n poller_name dmz\n address localhost\n port 17771\n timeout 3\n data_timeout 99\n"
        " poller_tags DMZ\n realm Europe\n passive 1\n}\n"
    )

    assert found[0] == Section(
        "dmz",
        Role.POLLER,
        {
            "port": "17771",
            "address": "localhost",
            "short_timeout": "3",
            "long_timeout": "99",
            "poller_tags": "DMZ",
            "realm": "Europe",
            "passive": "1",
        },
        found[0].place,
    )
    assert len(found) == 6
    assert remarks == ()


def test_modules_that_cannot_be_loaded_and_unknown_directives_are_left_out_with_their_lines() -> None:
    found, remarks = of("define broker{\n broker_name b\n modules livestatus, ours\n frobnicate 1\n}\n", "ours")

    assert found[0].values == {"port": "7772", "modules": "ours"}
    assert [(each.weight, each.subject, each.line) for each in remarks] == [
        (Weight.LOST, "modules", 3),
        (Weight.LOST, "frobnicate", 4),
    ]
    assert "livestatus" in remarks[0].message
    assert "ours" not in remarks[0].message


def test_who_has_daemons_on_other_machines_is_told_what_they_need() -> None:
    _, remarks = of("define poller{\n poller_name p\n address poller1.example.org\n use_ssl 1\n}\n")

    assert [(each.weight, each.line) for each in remarks] == [(Weight.LOST, 4), (Weight.CHANGED, 3)]
    assert "certificates" in remarks[1].message


def test_two_daemons_of_one_name_get_two_names() -> None:
    found, remarks = of("define poller{\n poller_name x\n}\ndefine broker{\n broker_name x\n}\n")

    assert [each.name for each in found[:2]] == ["x", "x-broker"]
    assert [each.weight for each in remarks] == [Weight.CHANGED]
