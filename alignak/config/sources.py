"""Where configuration text comes from: the protocol of a tree of files, and bytes made text.

The real files are read by ``system.files``; tests and ``alignak simulate`` give a tree in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import normpath
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


class MemoryFiles:
    """A tree of files in memory, path to content."""

    __slots__ = ("_files",)

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {normpath(path): text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        try:
            return self._files[normpath(path)]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    def walk(self, directory: str, suffix: str) -> list[str]:
        """Return the files below a directory whose name ends so, sorted."""
        below = normpath(directory).rstrip("/") + "/"
        return sorted(path for path in self._files if path.startswith(below) and path.endswith(suffix))

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a file."""
        return normpath(path) in self._files

    def is_dir(self, path: str) -> bool:
        """Tell whether a path has files below it."""
        below = normpath(path).rstrip("/") + "/"
        return any(each.startswith(below) for each in self._files)


def read_text(path: str, files: Files, diagnostics: Diagnostics, named_at: Place) -> str | None:
    """Return the text of a file, or None after saying why it cannot be read and where it was named."""
    try:
        raw = files.read(path)
    except (OSError, ValueError) as error:
        diagnostics.error(f"cannot open file '{path}' for reading: {reason(error)}", named_at)
        return None
    return decode(raw, path, diagnostics)


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
