"""A notification that goes into a file: the demo's outbox, and the simplest way to see who would be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignak.execution.builtin.results import CRITICAL, OK, Result, UsageError
from alignak.system.files import append_line
from alignak.system.logs import escaped


def outbox(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Append one line to a file: ``outbox --file FILE TEXT...``; control characters are shown, not written."""
    if len(argv) < 3 or argv[1] != "--file":
        raise UsageError("usage: outbox --file FILE TEXT...")
    # All that follows is text, however it begins: it may hold what a plugin printed.
    path, text = argv[2], " ".join(argv[3:])
    try:
        append_line(path, escaped(text))
    except OSError as error:
        return CRITICAL, f"OUTBOX CRITICAL - {path}: {error}"
    return OK, f"OUTBOX OK - written to {path}"
