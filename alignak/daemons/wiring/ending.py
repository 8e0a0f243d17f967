"""What a program that cannot start says, and its exit code (configuration.md 3.4)."""

from __future__ import annotations

from typing import Final

from alignak.base.errors import AlignakError, ConfigurationError, StartError
from alignak.model.topology import Role
from alignak.system.logs import escaped

CANNOT_START: Final = 3

UNFORESEEN: Final = 99
"""An exception nobody caught, and, as ever, an environment file that is missing or cannot be read."""


def exit_code(error: AlignakError) -> int:
    """Return the exit code an error stands for."""
    if isinstance(error, StartError):
        return error.exit_code
    return UNFORESEEN if isinstance(error, ConfigurationError) else CANNOT_START


def lines(role: Role, error: AlignakError) -> list[str]:
    """Return what to tell the person who started a program: every diagnostic, and the reason last.

    Files may hold anything: control characters are shown, not sent to a terminal.
    """
    diagnostics = error.diagnostics if isinstance(error, ConfigurationError | StartError) else ()
    return [escaped(each) for each in (*diagnostics, f"alignak-{role.value}: {error.message}")]
