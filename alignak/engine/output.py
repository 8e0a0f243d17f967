r"""What a plugin wrote, taken apart: text, long text, performance data (daemons-and-protocol.md 1.9).

``checks`` calls it with what a poller captured, ``commands`` with the text of a passive result.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

_PIPE: Final = "\ufdd0"
"""Stands for an escaped pipe while a line is cut; no text holds this code point, it is no character."""

_SPECIAL: Final = re.compile(r"[\0\n\\]")
"""What a text of one line has not, as most are."""


class ParsedOutput(Struct, frozen=True):
    """The three parts of an output."""

    output: str
    """The first line: what people read."""
    long_output: str = ""
    """The lines after it, up to the performance data."""
    perf_data: str = ""
    """All performance data on one line."""


def parse_output(text: str, limit: int) -> ParsedOutput:
    r"""Return the parts of what a plugin wrote; what is beyond ``limit`` characters is dropped.

    On the first line the text before ``|`` is the output, and what stands between the first and the second ``|`` is
    performance data. The lines after it are long output until one holds a ``|``: its remainder and all later lines are
    performance data again. ``\|`` is a pipe that divides nothing.
    """
    line = text.rstrip() if len(text) <= limit else ""
    if line and line.isascii() and not _SPECIAL.search(line):
        output, divider, metrics_text = line.partition("|")
        if "|" not in metrics_text:
            return ParsedOutput(output.strip(), "", metrics_text.strip() if divider else "")
    lines = scrubbed(text[: max(limit, 0)]).replace("\\|", _PIPE).rstrip().split("\n")
    output, *rest = lines[0].split("|")
    metrics = rest[:1]
    long_lines: list[str] = []
    for number, line in enumerate(lines[1:], start=1):
        shown, divider, remainder = line.partition("|")
        long_lines.append(shown.rstrip())
        if divider:
            metrics += (remainder, *lines[number + 1 :])
            break
    return ParsedOutput(
        output=_restored(output.strip()),
        long_output=_restored("\n".join(long_lines)),
        perf_data=_restored(" ".join(filter(None, (each.strip() for each in metrics)))),
    )


def scrubbed(text: str) -> str:
    """Return text from outside without what no argument, no file and no message can hold.

    NUL bytes go; halves of surrogate pairs become the replacement character.
    """
    if text.isascii():
        return text.replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "").replace(_PIPE, "\ufffd")


def _restored(text: str) -> str:
    return text.replace(_PIPE, "|")
