"""Remarks of an import: each once, the worst first, with all their places."""

from __future__ import annotations

from alignak.config.diagnostics import Place
from alignak.config.foreign.findings import Finding, Findings, Weight, grouped


def test_a_remark_that_was_made_before_is_not_repeated() -> None:
    findings = Findings()
    for _ in range(2):
        findings.add(Weight.LOST, "obsess", "no command is run", Place("a.cfg", 3))

    assert findings.all() == (Finding(Weight.LOST, "obsess", "no command is run", "a.cfg", 3),)


def test_the_same_remark_at_many_places_is_one_with_many_places_and_the_worst_come_first() -> None:
    findings = Findings()
    findings.add(Weight.UNNEEDED, "temp_file", "not here", Place("n.cfg", 1))
    findings.add(Weight.LOST, "obsess", "no command is run", Place("a.cfg", 3))
    findings.add(Weight.LOST, "obsess", "no command is run", Place("b.cfg", 9))

    assert list(grouped(findings.all()).items()) == [
        (Weight.LOST, {("obsess", "no command is run"): [Place("a.cfg", 3), Place("b.cfg", 9)]}),
        (Weight.UNNEEDED, {("temp_file", "not here"): [Place("n.cfg", 1)]}),
    ]
