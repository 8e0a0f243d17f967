"""``check_dummy`` and its stand-in say the same."""

from __future__ import annotations

import pytest

from alignak.execution.standins.standin import Unsupported
from tests.support.conformance import FOLDER, compare, in_process

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"
)


@pytest.mark.parametrize("words", [("0",), ("1", "so so"), ("2", "broken | a=1"), ("3", "")])
def test_states_and_texts_are_the_same(words: tuple[str, ...]) -> None:
    ours, theirs = compare("check_dummy", words)
    assert ours == theirs


@pytest.mark.parametrize("words", [(), ("4",), ("-h",), ("0", "a", "b")])
def test_what_the_plugin_refuses_or_explains_is_left_to_it(words: tuple[str, ...]) -> None:
    with pytest.raises(Unsupported):
        in_process("check_dummy", words)
