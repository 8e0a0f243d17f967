"""How Sphinx builds the documentation: ``sphinx-build -W docs docs/_build/html``, run by ``bin/test``."""

import tomllib
from pathlib import Path

_declared = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Alignak"
author = "The Alignak developers"
version = release = _declared["version"]

extensions: list[str] = []
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "alabaster"
html_theme_options = {"description": _declared["description"], "page_width": "64rem"}
html_show_copyright = False
