"""Changing a user's file: only the lines that must change, all others as they were."""

from __future__ import annotations

from alignak.config.diagnostics import Diagnostics
from alignak.config.foreign.editing import Edits
from alignak.config.parser import Definition, parse

TEXT = (
    "# Ours.\ndefine host{\n\thost_name  web ; the \u00fcrst\n\talias a\\\n b\n}\n"
    "\ndefine module\n{ module_name m\n}\nx=1\\\n2"
)


def definitions() -> list[Definition]:
    """Return the definitions of the text."""
    return parse(TEXT, "f.cfg", Diagnostics()).definitions


def test_a_text_nothing_was_changed_in_is_the_same_text() -> None:
    assert Edits(TEXT).text() == TEXT
    assert Edits("").text() == ""


def test_a_line_is_added_at_the_top_of_a_body_and_indented_like_it() -> None:
    edits = Edits(TEXT)
    line = edits.body_line(definitions()[0])
    assert line == 3
    edits.insert(line, "check_interval 5")

    assert edits.text().split("\n")[1:4] == ["define host{", "\tcheck_interval 5", "\thost_name  web ; the \u00fcrst"]


def test_there_is_no_place_for_a_line_where_the_brace_shares_it() -> None:
    assert Edits(TEXT).body_line(definitions()[1]) is None


def test_a_definition_is_found_whole_whatever_its_form() -> None:
    edits = Edits(TEXT)

    assert [edits.definition_end(each) for each in definitions()] == [6, 10]
    one = "define host{ host_name web }\ndefine host{\n name x"
    assert [Edits(one).definition_end(each) for each in parse(one, "f", Diagnostics()).definitions] == [1, 3]


def test_what_is_taken_out_stays_as_a_comment() -> None:
    edits = Edits(TEXT)
    edits.comment_out(8, 10, "Gone.")
    edits.replace(11, edits.statement_end(11), "x=12")

    assert edits.text().split("\n")[7:] == ["# Gone.", "#define module", "#{ module_name m", "#}", "x=12"]
    assert parse(edits.text(), "f", Diagnostics()).definitions[1:] == []
