"""Files of external commands, one a line: what PROCESS_FILE reads (external-commands.md 5.2).

The arbiter runs it for an operator. An operator may not learn by it what a file holds that is no file of commands, and
may not have such a file deleted: the answer names lines by their numbers, and a file of which a line was refused stays.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from alignak.api.arbiter import CommandAnswer, CommandRequest
from alignak.base.errors import RefusedError
from alignak.engine.command_table import scan

MOST_BYTES: Final = 16 << 20
"""How long a file may be."""

AT_ONCE: Final = 1_000
"""How many lines are taken in one go."""

NAMED: Final = 5
"""How many refused lines an answer names."""

NAME: Final = "PROCESS_FILE"

_YES: Final = frozenset(("1", "true", "on", "yes"))


def process(take: Callable[[CommandRequest], CommandAnswer], name: str, deletes: str) -> None:
    """Have ``take`` run each line of a file, and delete the file afterwards when that is wanted.

    Raises RefusedError when it cannot be read, and when lines were refused; the others are accepted then.
    """
    path = Path(name.strip())
    lines = _lines(path)
    refused: list[int] = []
    for start in range(0, len(lines), AT_ONCE):
        chunk = lines[start : start + AT_ONCE]
        answer = take(CommandRequest(commands=tuple(text for _, text in chunk)))
        refused += [number for (number, _), fate in zip(chunk, answer.fates, strict=True) if fate.state == "refused"]
    if refused:
        named = ", ".join(map(str, refused[:NAMED])) + (" ..." if len(refused) > NAMED else "")
        message = f"{len(refused)} of {len(lines)} commands of {path} were refused, those of line {named}"
        raise RefusedError(f"{message}; the others are accepted, and the file stays")
    if deletes.strip().lower() in _YES:
        _delete(path)


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a file that are not empty, with their numbers; RefusedError when there are none to run."""
    lines = [(number, text) for number, text in enumerate(_read(path).splitlines(), 1) if text.strip()]
    for number, text in lines:
        if _is_nested(text):
            raise RefusedError(f"line {number} of {path} is {NAME} again: nothing of the file is run")
    return lines


def _is_nested(text: str) -> bool:
    try:
        return scan(text).name == NAME
    except RefusedError:
        return False


def _read(path: Path) -> str:
    """Return the text of a regular file."""
    if not path.is_absolute():
        raise RefusedError(f"'{path}' is no absolute path")
    try:
        # What is no regular file is opened without waiting for whoever may write to it.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RefusedError(f"{path} is no regular file")
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise RefusedError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > MOST_BYTES:
        raise RefusedError(f"{path} is longer than {MOST_BYTES} bytes: divide it")
    return data.decode(errors="replace")


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise RefusedError(
            f"all commands of {path} are accepted, but it cannot be deleted: {error.strerror}"
        ) from error
