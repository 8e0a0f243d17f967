"""Time period entries written again: what is printed can be put into a file and means the same."""

from __future__ import annotations

import pytest

from alignak.config.dates import entry_text
from tests.support.configurations import compiled

ENTRIES = (
    "monday   08:00-12:00,13:00-18:00",
    "2026-12-01   00:00-24:00",
    "2026-12-01 - 2026-12-24   09:00-10:00",
    "2026-12-01 - 2026-12-24 / 2   09:00-10:00",
    "2026-12-01 / 7   09:00-10:00",
    "february 10   00:00-24:00",
    "february 10 - june -1   00:00-24:00",
    "monday 3 may   00:00-24:00",
    "monday 3 may - friday -1 june / 3   00:00-24:00",
    "day 1 - 15   00:00-24:00",
    "day -1   22:00-24:00",
    "monday 2 - friday 4   00:00-24:00",
)


@pytest.mark.parametrize("text", ENTRIES)
def test_an_entry_is_written_as_it_can_be_read(text: str) -> None:
    config = compiled(f"define timeperiod{{\n    timeperiod_name    x\n    {text}\n}}\n")
    (period,) = (each for each in config.objects.timeperiods if each.name == "x")
    (entry,) = period.entries

    again = compiled(f"define timeperiod{{\n    timeperiod_name    x\n    {entry_text(entry)}\n}}\n")

    assert next(each for each in again.objects.timeperiods if each.name == "x").entries == (entry,)
    assert entry_text(entry).split() == text.split()
