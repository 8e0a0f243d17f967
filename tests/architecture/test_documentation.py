"""The documentation can be read, and the files it names exist; ``bin/test`` builds the pages of ``docs`` as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils.core import publish_doctree

from tests.support.sources import ROOT

PAGES = sorted([*ROOT.glob("*.rst"), *(ROOT / "docs").rglob("*.rst")])

NAMED = re.compile(r"``((?:alignak|bin|docs|etc|tests)/[\w./@-]+|[A-Z]+\.rst|\.importlinter|\.ci/run)``")
"""A path of this checkout, in the markup for literals."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_files_that_exist(page: Path) -> None:
    named = set(NAMED.findall(page.read_text(encoding="utf-8")))

    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.rst")), ids=lambda page: page.name)
def test_the_pages_beside_the_code_are_well_formed(page: Path) -> None:
    publish_doctree(page.read_text(encoding="utf-8"), settings_overrides={"halt_level": 2, "report_level": 2})


def test_every_recipe_names_the_files_it_is_about() -> None:
    recipes = (ROOT / "CONTRIBUTING.rst").read_text(encoding="utf-8").split("\nWhen adding ")[1:]

    assert recipes
    assert all(NAMED.search(recipe) for recipe in recipes)
