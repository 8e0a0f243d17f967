"""Global parameters: carried over as they were meant, or left out with the reason."""

from __future__ import annotations

import pytest

from alignak.config.diagnostics import Place
from alignak.config.foreign.findings import Finding, Findings, Weight
from alignak.config.foreign.parameters import LEFT_OUT, translate
from alignak.config.foreign.reading import Kind, Statement
from alignak.model.settings import IGNORED, SETTINGS, UNMANAGED


def translated(text: str, kind: Kind = Kind.NAGIOS) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Return what is written for some ``key=value`` lines, and the remarks."""
    findings = Findings()
    lines = [line.partition("=") for line in text.split("\n")]
    given = [Statement(key, value, Place("n.cfg", number)) for number, (key, _, value) in enumerate(lines, 1)]
    found = translate(given, kind, findings)
    return {key: setting.value for key, setting in found.items()}, findings.all()


@pytest.mark.parametrize("line", ["interval_length=1", "low_host_flap_threshold=5.0", "illegal_macro_output_chars=`%;"])
def test_what_means_the_same_here_stands_as_it_stood(line: str) -> None:
    key, _, value = line.partition("=")
    found, remarks = translated(line)

    assert found[key] == value
    assert remarks == ()


def test_what_nagios_writes_in_another_way_is_written_in_ours() -> None:
    found, remarks = translated(
        "service_check_timeout_state=u\nuse_timezone=:Europe/Paris\nadmin_email=ops@example.org"
    )

    assert found["timeout_exit_status"] == "3"
    assert found["use_timezone"] == "Europe/Paris"
    assert found["$ADMINEMAIL$"] == "ops@example.org"
    assert {each.weight for each in remarks} == {Weight.CHANGED}


def test_what_each_program_does_without_being_told_is_written_down() -> None:
    nagios, _ = translated("enable_flap_detection=1")
    shinken, _ = translated("", Kind.SHINKEN)

    assert nagios["enable_flap_detection"] == "1"  # what is said wins
    assert nagios["process_performance_data"] == "0"
    assert nagios["env_variables_prefix"] == shinken["env_variables_prefix"] == "NAGIOS_"
    assert "process_performance_data" not in shinken


def test_tweaks_for_large_sites_take_the_environment_away_unless_it_is_asked_for() -> None:
    tweaked, _ = translated("use_large_installation_tweaks=1")
    asked, _ = translated("enable_environment_macros=1\nuse_large_installation_tweaks=1")

    assert tweaked["enable_environment_macros"] == "0"
    assert asked["enable_environment_macros"] == "1"


def test_the_pipe_of_external_commands_is_replaced_by_http() -> None:
    found, remarks = translated("command_file=/var/lib/nagios/rw/nagios.cmd")

    assert "command_file" not in found
    assert [(each.weight, each.line) for each in remarks] == [(Weight.CHANGED, 1)]
    assert "POST /command" in remarks[0].message


def test_what_the_source_switches_off_is_not_missed() -> None:
    _, remarks = translated("enable_embedded_perl=0\ntriggers_dir=/t\nenable_predictive_host_dependency_checks=0")

    assert [(each.subject, each.weight) for each in remarks] == [
        ("enable_embedded_perl", Weight.UNNEEDED),
        ("triggers_dir", Weight.LOST),
        ("enable_predictive_host_dependency_checks", Weight.UNNEEDED),
    ]


def test_exit_code_1_of_a_host_goes_on_meaning_what_it_meant() -> None:
    for text, value in (
        ("interval_length=60", "0"),
        ("use_aggressive_host_checking=1", "1"),
        ("use_aggressive_host_checking=0", "0"),
    ):
        found, remarks = translated(text)
        assert found["use_aggressive_host_checking"] == value
        assert not remarks


def test_results_go_on_being_passed_on() -> None:
    found, remarks = translated("obsess_over_services=1\nocsp_command=submit\nocsp_timeout=5")

    assert (found["obsess_over_services"], found["ocsp_command"], found["ocsp_timeout"]) == ("1", "submit", "5")
    assert not remarks


def test_a_value_that_cannot_be_read_and_a_name_nobody_knows_are_told_of() -> None:
    found, remarks = translated("interval_length=soon\nintervall_length=60\nservice_check_timeout_state=z")

    assert "interval_length" not in found
    assert [each.weight for each in remarks] == [Weight.ERROR, Weight.LOST, Weight.ERROR]
    assert "did you mean 'interval_length'" in remarks[1].message


def test_a_secret_is_never_repeated() -> None:
    _, remarks = translated("secret=hunter2\napi_key=hunter3\nbroker_module=/x/mod.so pass=hunter4", Kind.SHINKEN)

    assert len(remarks) == 3
    assert not any("hunter" in f"{each.subject} {each.message}" for each in remarks)


def test_every_parameter_of_the_family_has_an_answer() -> None:
    names = {*IGNORED, *UNMANAGED, *LEFT_OUT} - {"resource_file"}
    found, remarks = translated("\n".join(f"{name}=1" for name in sorted(names)))
    known = {each.name for each in SETTINGS}

    assert {name for name in names if name not in found and name not in {each.subject for each in remarks}} <= {
        "broker_module",
        *known,
    }
    assert not [each for each in remarks if "no parameter of that name" in each.message]
