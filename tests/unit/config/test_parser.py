"""Object files as administrators write them."""

from __future__ import annotations

from time import perf_counter

import pytest

from alignak.config.diagnostics import Diagnostics
from alignak.config.parser import ParsedFile, parse


def read(text: str) -> tuple[ParsedFile, list[str]]:
    diagnostics = Diagnostics()
    return parse(text, "/f.cfg", diagnostics), [each.render() for each in diagnostics.all()]


@pytest.mark.parametrize(
    "text",
    [
        "define host{\nhost_name srv\naddress 1.2.3.4\n}",
        "define host {\n\thost_name\tsrv\n\taddress\t\t1.2.3.4\n}",
        "define host\n{\nhost_name    srv\naddress 1.2.3.4\n}",
        "define host\n\n# why\n{ host_name srv\n address 1.2.3.4 ; the router\n }",
        "define   HOST   {\r\nHOST_NAME srv\r\nAddress 1.2.3.4\r\n}\r\n",
        "define host{\nhost_name \\\n  srv\naddress 1.2.3.4\n};",
    ],
)
def test_a_host_is_read_however_its_braces_and_blanks_stand(text: str) -> None:
    parsed, problems = read(text)
    assert not problems
    assert [(each.type, each.values) for each in parsed.definitions] == [
        ("host", {"host_name": "srv", "address": "1.2.3.4"})
    ]


def test_a_definition_may_be_one_line() -> None:
    parsed, problems = read("define hostgroup { hostgroup_name web }\ndefine realm{}\n")
    assert not problems
    assert parsed.definitions[0].values == {"hostgroup_name": "web"}
    assert parsed.definitions[1].values == {}


def test_each_key_knows_its_line() -> None:
    parsed, _ = read("\n\ndefine host{\n  use a\n\n  host_name srv\n}")
    (definition,) = parsed.definitions
    assert str(definition.place) == "/f.cfg:3"
    assert str(definition.place_of("host_name")) == "/f.cfg:6"
    assert str(definition.place_of("address")) == "/f.cfg:3"


def test_a_semicolon_cuts_a_command_line_unless_it_is_escaped() -> None:
    parsed, _ = read(r"""define command{
        command_name a
        command_line echo one \; echo two ; and a remark
    }""")
    assert parsed.definitions[0].values["command_line"] == "echo one ; echo two"


def test_braces_and_hashes_inside_values_are_values() -> None:
    parsed, problems = read("define command{\ncommand_line awk '{print $1}' # {x}\n}")
    assert not problems
    assert parsed.definitions[0].values["command_line"] == "awk '{print $1}' # {x}"


def test_a_long_command_is_continued_over_lines() -> None:
    parsed, _ = read("define command{\ncommand_line a \\\n   b \\\n   c\n}\nnext=1")
    assert parsed.definitions[0].values["command_line"] == "a b c"
    assert parsed.parameters[0].place.line == 6


def test_time_period_keys_keep_their_blanks() -> None:
    parsed, _ = read(
        "define timeperiod{\ntimeperiod_name work\nalias  Work hours   of us\nmonday 3 may\t08:00-12:00\n"
        "february 10   10:00-11:00\nsunday 00:00-24:00\n}"
    )
    assert parsed.definitions[0].values == {
        "timeperiod_name": "work",
        "alias": "Work hours   of us",
        "monday 3 may": "08:00-12:00",
        "february 10": "10:00-11:00",
        "sunday": "00:00-24:00",
    }


def test_custom_variables_are_upper_case_and_repeated_keys_are_kept() -> None:
    parsed, _ = read("define host{\n_snmp public\nservice_excludes a\nservice_excludes b\n}")
    (definition,) = parsed.definitions
    assert definition.values["_SNMP"] == "public"
    assert definition.repeated == {"service_excludes": ["a", "b"]}


def test_global_parameters_macros_and_includes_stand_outside_definitions() -> None:
    parsed, problems = read("interval_length = 1\n$USER1$=/usr/lib=x\ncfg_dir=objects\n")
    assert not problems
    assert [(each.key, each.value) for each in parsed.parameters] == [
        ("interval_length", "1"),
        ("$USER1$", "/usr/lib=x"),
    ]
    assert [(each.key, each.value) for each in parsed.includes] == [("cfg_dir", "objects")]


def test_a_line_without_an_equals_sign_is_malformed() -> None:
    _, problems = read("\nbad line")
    assert problems == ["the parameter bad line is malformed! (no = sign); from: /f.cfg:2"]


def test_a_missing_brace_is_named_where_the_definition_began_and_the_next_one_is_read() -> None:
    parsed, problems = read("define host{\nhost_name a\n\ndefine host{\nhost_name b\n}\n")
    assert problems == ["the definition of a host is not closed, '}' is missing; from: /f.cfg:1"]
    assert [each.values["host_name"] for each in parsed.definitions] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("define host{\nhost_name a", "the definition of a host is not closed, '}' is missing; from: /f.cfg:1"),
        ("define host\nhost_name a", "'{' is missing after the definition of a host; from: /f.cfg:1"),
        ("define host host_name a\n}", "'{' is missing before 'host_name a'; from: /f.cfg:1"),
        ("define host{\n} x", "nothing may follow '}' on its line: 'x'; from: /f.cfg:2"),
        ("}", "the parameter } is malformed! (no = sign); from: /f.cfg:1"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, problem: str) -> None:
    assert problem in read(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "define host{\nhost_name " + "x" * 1_000_000 + "\n}",
        "define host{\n" * 70_000,
        "a \\\n" * 200_000,
        "define " + " " * 1_000_000 + "x",
        "{" * 1_000_000,
        "define host{\n_a " + "\\;" * 400_000 + "\n}",
        bytes(range(256)).decode("latin-1") * 4_000,
    ],
)
def test_a_hostile_megabyte_is_read_in_no_time(text: str) -> None:
    begun = perf_counter()
    read(text)
    assert perf_counter() - begun < 5
