"""Types and directives that mean nothing here are told of, each with its line."""

from __future__ import annotations

from alignak.config.diagnostics import Diagnostics
from alignak.config.foreign.directives import remark
from alignak.config.foreign.findings import Finding, Findings, Weight
from alignak.config.parser import parse


def of(text: str) -> tuple[Finding, ...]:
    """Return the remarks on a text."""
    findings = Findings()
    remark(parse(text, "o.cfg", Diagnostics()).definitions, findings)
    return findings.all()


def test_what_is_known_needs_no_remark() -> None:
    text = (
        "define host{\n host_name h\n normal_check_interval 5\n _SNMP x\n}\n"
        "define hostextinfo{\n host_name h\n notes n\n}\n"
        "define timeperiod{\n timeperiod_name t\n monday 00:00-24:00\n}\n"
        "define poller{\n poller_name p\n satellitemap x\n}\n"
    )

    assert of(text) == ()


def test_directives_without_effect_say_why_unless_they_are_off() -> None:
    found = of(
        "define service{\n service_description s\n hourly_value 1\n trigger_name t\n check_intervall 5\n}\n"
        "define host{\n host_name h\n importance 0\n gd2_image x\n}\n"
    )

    assert [(each.subject, each.weight, each.line) for each in found] == [
        ("hourly_value", Weight.LOST, 3),
        ("trigger_name", Weight.LOST, 4),
        ("check_intervall", Weight.LOST, 5),
        ("importance", Weight.UNNEEDED, 9),
        ("gd2_image", Weight.UNNEEDED, 10),
    ]
    assert "did you mean 'check_interval'" in found[2].message


def test_types_that_nobody_knows_are_told_of() -> None:
    found = of("define discoveryrule{\n discoveryrule_name x\n}\ndefine hots{\n host_name h\n}\n")

    assert [(each.subject, each.line) for each in found] == [("define discoveryrule", 1), ("define hots", 4)]
    assert "discovery" in found[0].message
    assert "did you mean 'host'" in found[1].message
