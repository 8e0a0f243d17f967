"""The catalogue: every definition is found again where its record says it stands."""

from __future__ import annotations

from alignak.config.catalogue import Catalogue
from alignak.config.diagnostics import Diagnostics
from alignak.config.parser import parse
from tests.support.configurations import compiled
from tests.support.explained import POOL, SITE


def catalogue(text: str) -> Catalogue:
    """Return the catalogue of one file."""
    return Catalogue(parse(text, "/etc/a/main.cfg", Diagnostics()).definitions)


def test_the_definition_of_every_record_is_found() -> None:
    objects, found = compiled(SITE, POOL).objects, catalogue(SITE)

    for each in (*objects.hosts, *objects.services):
        definition = found[each.kind.value].at(each.imported_from)
        assert definition is not None
        assert definition.imported_from == each.imported_from


def test_where_there_is_no_definition_nothing_is_said_but_the_name() -> None:
    silent = catalogue(SITE)["hostgroup"].resolved("", "made by its members")

    assert silent.name == "made by its members"
    assert silent.text("alias") is None


def test_old_names_and_repeated_lists_are_read_as_they_are_compiled() -> None:
    text = "define host{\n host_name h\n normal_check_interval 3\n hostgroups a\n hostgroups b\n}\n"
    kin = catalogue(text)["host"]
    (host,) = kin.objects

    for key, value in (("check_interval", "3"), ("hostgroups", "a,b")):
        said = kin.lineage.said(host.definition, key)
        assert said is not None
        assert said.text == value == host.text(key)


def test_types_that_are_not_defined_are_empty() -> None:
    found = catalogue(SITE)

    assert not found.has("realm")
    assert found["realm"].objects == []
    assert len(found.places("servicedependency")) == 1
