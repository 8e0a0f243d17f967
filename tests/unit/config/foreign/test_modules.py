"""Modules of others: an administrator is told, for each, what does its work here or that nothing does."""

from __future__ import annotations

import pytest

from alignak.config.diagnostics import Diagnostics
from alignak.config.foreign.findings import Findings, Weight
from alignak.config.foreign.modules import NOTHING, broker_module, leave_out, work_of
from alignak.config.parser import parse


@pytest.mark.parametrize(
    ("name", "weight", "word"),
    [
        ("livestatus", Weight.LOST, "HTTP"),
        ("webui2", Weight.LOST, "alignak status"),
        ("PickleRetentionBroker", Weight.CHANGED, "database"),
        ("retention-mongodb", Weight.CHANGED, "database"),
        ("mongodb", Weight.CHANGED, "database"),
        ("named-pipe", Weight.CHANGED, "/command"),
        ("nsca_server", Weight.LOST, "/command"),
        ("simple-log", Weight.CHANGED, "alignak-events.log"),
        ("booster-nrpe", Weight.CHANGED, "check_nrpe"),
        ("npcdmod.o", Weight.LOST, "performance data"),
        ("something-else", Weight.LOST, NOTHING),
    ],
)
def test_each_module_has_an_answer(name: str, weight: Weight, word: str) -> None:
    found, message = work_of(name)

    assert found is weight
    assert word in message


def test_the_arguments_of_a_broker_module_are_not_repeated() -> None:
    name, weight, message = broker_module("/usr/lib/naemon/livestatus.so /run/live password=x")

    assert (name, weight) == ("livestatus.so", Weight.LOST)
    assert "password" not in message


def test_modules_written_for_this_program_stay() -> None:
    text = (
        "define module{\n module_alias ours\n python_name ours\n}\n"
        "define module{\n module_name w\n module_type webui\n}\n"
    )
    findings = Findings()

    left_out = list(leave_out(parse(text, "m.cfg", Diagnostics()).definitions, findings))

    assert [each.line for each in left_out] == [5]
    assert [(each.subject, each.line) for each in findings.all()] == [("module w", 5)]
