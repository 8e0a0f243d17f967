"""Every row of the table leads to a check."""

from __future__ import annotations

import inspect

import pytest

from alignak.execution.builtin.registry import TABLE, load


@pytest.mark.parametrize("name", TABLE)
def test_a_name_leads_to_a_function_of_that_name(name: str) -> None:
    check = load(name)

    assert check.__name__ == name  # type: ignore[attr-defined]
    assert len(inspect.signature(check).parameters) == 3
