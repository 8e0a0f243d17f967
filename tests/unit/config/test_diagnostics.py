"""What a person is told about a broken configuration."""

from __future__ import annotations

from alignak.config.diagnostics import MOST_KEPT, Diagnostic, Diagnostics, Place, Severity, shown


def test_a_problem_of_an_object_is_one_line_with_its_place() -> None:
    problem = Diagnostic(Severity.ERROR, "check_command 'x' invalid", "/etc/a.cfg", 12, "host::srv-1")
    assert problem.render() == "[host::srv-1] check_command 'x' invalid; from: /etc/a.cfg:12"


def test_a_message_that_ends_in_its_place_does_not_say_it_twice() -> None:
    message = "a host item has been defined without host_name, from: /etc/a.cfg:12"
    assert Diagnostic(Severity.ERROR, message, "/etc/a.cfg", 12).render() == message


def test_a_problem_of_no_object_and_no_place_is_its_message() -> None:
    assert Diagnostic(Severity.WARNING, "nothing to do").render() == "nothing to do"


def test_a_whole_file_is_a_place_without_a_line() -> None:
    assert str(Place("/etc/a.cfg")) == "/etc/a.cfg"


def test_the_same_problem_is_said_once() -> None:
    diagnostics = Diagnostics()
    for _ in range(3):
        diagnostics.error("twice", Place("f", 1))
    assert diagnostics.error_count == 1
    assert len(diagnostics.all()) == 1


def test_a_file_of_errors_is_counted_in_full_and_kept_in_part() -> None:
    diagnostics = Diagnostics()
    for line in range(MOST_KEPT + 5):
        diagnostics.error("wrong", Place("f", line))
    assert diagnostics.error_count == MOST_KEPT + 5
    assert len(diagnostics.all()) == MOST_KEPT


def test_a_misspelt_name_brings_the_right_one() -> None:
    diagnostics = Diagnostics()
    assert diagnostics.nearest("chek_ping", ["check_load", "check_ping"]) == ", did you mean 'check_ping'?"
    assert not diagnostics.nearest("zzz", ["check_load"])


def test_looking_for_names_comes_to_an_end_in_a_file_full_of_errors() -> None:
    diagnostics = Diagnostics()
    known = [f"srv-{number}" for number in range(15_000)]
    assert diagnostics.nearest("srv-x1", known)
    diagnostics.nearest("srv-x2", known)
    assert not diagnostics.nearest("srv-x1", known)


def test_a_megabyte_is_not_printed() -> None:
    assert len(shown("x" * 1_000_000)) < 300
