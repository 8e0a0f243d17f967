"""What an installation needs is written down once; every other place agrees with it."""

from __future__ import annotations

import importlib
import os
import tomllib
from typing import Any

import pytest

from tests.support.sources import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_requirements_are_those_of_the_project() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = [line for line in lines if line.strip() and not line.startswith("#")]

    assert required == PROJECT["dependencies"]


@pytest.mark.parametrize(("program", "target"), PROJECT["scripts"].items())
def test_each_program_has_a_function_behind_it(program: str, target: str) -> None:
    module, function = target.split(":")

    assert callable(getattr(importlib.import_module(module), function)), program


@pytest.mark.parametrize("script", ["bin/demo", "bin/test", ".ci/run"])
def test_scripts_can_be_run_as_they_are(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_the_licence_is_the_one_that_is_declared() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
