"""POSIX extended regular expressions, matched by the C library the plugins use: what they find is found here.

The ``http`` stand-in searches pages with them. Python's own dialect differs in brackets, escapes and alternation.
"""

from __future__ import annotations

import asyncio
import ctypes
import re
import weakref
from functools import lru_cache
from typing import Final

from alignak.execution.standins.standin import Unsupported

_EXTENDED, _ANY_CASE, _BY_LINES, _NO_PLACES = 1, 2, 4, 8
_ROOM_OF_ONE: Final = 256
"""Bytes for a ``regex_t``, which takes 64 in glibc and less than this in others."""

_LONGEST: Final = 1_000
_MANY: Final = 65_536
"""Bytes above which a thread searches."""

_LIBRARY: Final = ctypes.CDLL(None)
_REPEATS: Final = re.compile(rb"\{(\d*),?(\d*)\}")
_MOST_REPEATS: Final = 255


class Pattern:
    """A pattern that was compiled."""

    __slots__ = ("__weakref__", "_compiled")

    def __init__(self, text: bytes, *, any_case: bool, by_lines: bool) -> None:
        """Compile; with ``by_lines`` no dot matches a newline, and ``^`` and ``$`` are at each one."""
        flags = _EXTENDED | _NO_PLACES | (_ANY_CASE if any_case else 0) | (_BY_LINES if by_lines else 0)
        self._compiled = ctypes.create_string_buffer(_ROOM_OF_ONE)
        if _LIBRARY.regcomp(self._compiled, ctypes.c_char_p(text), flags) != 0:
            raise Unsupported(f"the regular expression {text.decode('utf-8', 'replace')}")
        weakref.finalize(self, _LIBRARY.regfree, self._compiled).atexit = False

    def is_in(self, text: bytes) -> bool:
        """Say whether the text, up to its first NUL, has the pattern."""
        return bool(_LIBRARY.regexec(self._compiled, ctypes.c_char_p(text), 0, None, 0) == 0)

    async def search(self, text: bytes) -> bool:
        """Say so without holding up the loop: a long text is searched in a thread."""
        return self.is_in(text) if len(text) <= _MANY else await asyncio.to_thread(self.is_in, text)


@lru_cache(maxsize=4096)
def pattern(text: bytes, *, any_case: bool, by_lines: bool) -> Pattern:
    """Return a pattern, compiled once.

    Raises Unsupported for one that is wrong, and for what makes the library's search slow or large.
    """
    if len(text) > _LONGEST:
        raise Unsupported("a regular expression of more than 1,000 characters")
    if re.search(rb"\\[1-9]", text):
        raise Unsupported("a back-reference in a regular expression")
    repeats = 1
    for least, most in _REPEATS.findall(text):
        repeats *= max(int(least or 1), int(most or 1), 1)
    if repeats > _MOST_REPEATS:
        raise Unsupported("a regular expression with more than 255 repeats")
    return Pattern(text, any_case=any_case, by_lines=by_lines)
