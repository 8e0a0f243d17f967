"""Where configuration text comes from: the protocol of a tree of files, and bytes made text.

The real files are read by ``system.files``; this room only knows what it needs of them.
"""

from __future__ import annotations

from typing import Protocol

from alignak.config.diagnostics import Diagnostics, Place


class Files(Protocol):
    """What reading a configuration needs of the file system."""

    def read(self, path: str) -> bytes:
        """Return the content of a file; OSError when it cannot be read."""

    def walk(self, directory: str, suffix: str) -> list[str]:
        """Return the files below a directory whose name ends so, sorted, links followed; OSError when it cannot."""

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a file."""

    def is_dir(self, path: str) -> bool:
        """Tell whether a path is a directory."""


def read_bytes(path: str, files: Files, diagnostics: Diagnostics, named_at: Place) -> bytes | None:
    """Return the content of a file, or None after saying why it cannot be read and where it was named."""
    try:
        return files.read(path)
    except (OSError, ValueError) as error:
        diagnostics.error(f"cannot open file '{path}' for reading: {reason(error)}", named_at)
        return None


def decode(raw: bytes, path: str, diagnostics: Diagnostics) -> str:
    """Return bytes as text: UTF-8, else Latin-1 with a warning."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        diagnostics.warning("the file is not UTF-8, it is read as Latin-1: save it as UTF-8", Place(path, line))
        return raw.decode("latin-1")


def reason(error: OSError | ValueError) -> str:
    """Return why a file could not be read, without repeating its name."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
