"""A record can be used where a dictionary is expected, and is the same document."""

from __future__ import annotations

import gc

import pytest

from alignak.base.codec import encode
from alignak.base.records import record

STATE = record("State", ("state", "since"))


def test_a_record_is_read_and_encoded_as_the_dictionary_it_stands_for() -> None:
    made, meant = STATE("DOWN", 12), {"state": "DOWN", "since": 12}
    assert dict(made) == meant
    assert list(made) == list(meant)
    assert len(made) == len(meant)
    assert made["since"] == 12
    assert encode(made) == encode(meant)


def test_an_unknown_name_is_no_key_of_it() -> None:
    with pytest.raises(KeyError, match="nothing"):
        STATE("UP", 1)["nothing"]
    with pytest.raises(KeyError):
        STATE("UP", 1)["keys"]


def test_the_garbage_collector_need_not_look_at_records() -> None:
    assert not gc.is_tracked(STATE("UP", 1))
