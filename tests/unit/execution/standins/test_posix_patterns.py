"""Patterns are those of the C library, and none can hold up a worker."""

from __future__ import annotations

import asyncio
import time

import pytest

from alignak.execution.standins.posix_patterns import pattern
from alignak.execution.standins.standin import Unsupported


def test_brackets_classes_and_lines_are_posix() -> None:
    assert pattern(b"^[[:alpha:]]+$", any_case=False, by_lines=True).is_in(b"1\nabc\n2")
    assert not pattern(b"^[[:alpha:]]+$", any_case=False, by_lines=False).is_in(b"1\nabc\n2")
    assert pattern(b"ABC", any_case=True, by_lines=True).is_in(b"xabcx")
    assert not pattern(b"ABC", any_case=False, by_lines=True).is_in(b"xabcx")


@pytest.mark.parametrize("text", [b"(", b"a{2", b"(a)\\1", b"((a{90}){9})", b"x" * 1001])
def test_what_is_wrong_or_costly_is_refused(text: bytes) -> None:
    with pytest.raises(Unsupported):
        pattern(text, any_case=False, by_lines=True)


def test_a_pattern_that_python_would_never_finish_is_quick() -> None:
    begun = time.monotonic()
    assert not pattern(b"(a+)+$", any_case=False, by_lines=True).is_in(b"a" * 5000 + b"b")
    assert time.monotonic() - begun < 2


def test_a_long_text_does_not_hold_up_the_loop() -> None:
    async def main() -> int:
        search = asyncio.create_task(
            pattern(b"(x|y)*zz+(ab|cd)+$", any_case=True, by_lines=False).search(b"xyz" * 2_000_000)
        )
        turns = 0
        while not search.done():
            await asyncio.sleep(0)
            turns += 1
        assert not await search
        return turns

    assert asyncio.run(main()) > 10
