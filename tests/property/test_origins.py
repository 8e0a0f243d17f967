"""Explanations agree with the compilation: the lines shown come to the very values that objects get."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alignak.config.catalogue import Catalogue, Kin
from alignak.config.diagnostics import Diagnostics
from alignak.config.inherit import Inheritance
from alignak.config.origins import settled
from alignak.config.parser import Definition
from alignak.config.tables import OBJECT_TYPES

TEMPLATES = ("a", "b", "c", "d", "e")
KEYS = ("contacts", "contact_groups", "stalking_options", "check_period", "notes", "_X")

texts = st.sampled_from(("1", "2", "x,y", "+3", "+ x", "+x,y", "null", "", "+", "+null"))
uses = st.lists(st.sampled_from((*TEMPLATES, "nobody")), max_size=3).map(",".join)


@st.composite
def sites(draw: st.DrawFn, kind: str) -> list[Definition]:
    """Return definitions of hosts or services: some are templates, and each uses some of those before it."""
    found = []
    key = OBJECT_TYPES[kind].key
    for number in range(1, draw(st.integers(2, 7))):
        values = draw(st.dictionaries(st.sampled_from(KEYS), texts, max_size=4))
        use = draw(uses)
        if use:
            values["use"] = use
        name = draw(st.sampled_from((*TEMPLATES, "")))
        if name:
            values["name"] = name
        if not name or draw(st.booleans()):
            values[key] = f"object-{number}"
        if name and draw(st.booleans()):
            values["register"] = "0"
        lines = {each: number * 100 + at for at, each in enumerate(values)}
        found.append(Definition(kind, "/etc/a.cfg", number * 100, values, lines=lines))
    return found


def without_loops(kind: str, definitions: list[Definition]) -> Kin:
    """Return the definitions as they are resolved; templates that use themselves are refused before anybody asks."""
    diagnostics = Diagnostics()
    for _ in Inheritance(OBJECT_TYPES[kind], definitions, diagnostics).objects():
        pass
    assume(not any("from itself" in each.message for each in diagnostics.all()))
    return Catalogue(definitions)[kind]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("host", "service")).flatmap(lambda kind: st.tuples(st.just(kind), sites(kind))))
def test_lines_come_to_the_value_that_inheritance_gives(site: tuple[str, list[Definition]]) -> None:
    kind, definitions = site
    kin = without_loops(kind, definitions)

    for definition in definitions:
        resolved = kin.at(str(definition.place))
        if resolved is None:  # it has neither a name nor what names an object
            continue
        for key in {*KEYS, *resolved.own, *resolved.chain.values}:
            said = kin.lineage.said(resolved.definition, key)
            assert settled(said) == resolved.text(key), (definition.values, key)
            assert (said is not None and said.text == "null") == resolved.is_null(key)


@settings(max_examples=100, deadline=None)
@given(sites("host"))
def test_each_line_shown_says_what_stands_in_the_file(definitions: list[Definition]) -> None:
    at = {(each.file, each.lines[key]): each.values[key] for each in definitions for key in each.values if each.lines}
    kin = without_loops("host", definitions)

    for definition in definitions:
        resolved = kin.at(str(definition.place))
        for key in KEYS if resolved is not None else ():
            said = kin.lineage.said(resolved.definition, key) if resolved is not None else None
            for each in said.origins if said is not None else ():
                assert at[each.place.file, each.place.line] == each.text
