"""Which files a configuration consists of: the main ones, and what they name (configuration.md 3.5).

``cfg_file``, ``cfg_dir`` and ``resource_file`` count in main files alone, relative to the folder of the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import dirname, join, normpath

from msgspec import Struct, field

from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.parser import Definition, Parameter, parse
from alignak.config.sources import Files, read_text, reason


class Parsed(Struct):
    """What all the object files of a configuration say, in the order they were read."""

    definitions: list[Definition] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def gather(mains: Sequence[str], files: Files, diagnostics: Diagnostics) -> Parsed:
    """Return what the main files and those they name say; a directory stands for the ``*.cfg`` files below it."""
    gatherer = _Gatherer(files, diagnostics)
    base = ""
    for main in mains:
        is_directory = files.is_dir(main)
        base = base or (main if is_directory else dirname(main))
        for path in gatherer.below(main, Place(main)) if is_directory else [main]:
            for include in gatherer.read(path, Place(path)):
                gatherer.include(include, base)
    return gatherer.parsed


class _Gatherer:
    """Read files, each once, and keep what they say."""

    __slots__ = ("_diagnostics", "_files", "_seen", "parsed")

    def __init__(self, files: Files, diagnostics: Diagnostics) -> None:
        self.parsed = Parsed()
        self._files = files
        self._diagnostics = diagnostics
        self._seen: set[str] = set()

    def include(self, include: Parameter, base: str) -> None:
        """Read the file or the directory that a line of a main file names."""
        path = normpath(join(base, include.value))
        paths = self.below(path, include.place) if include.key == "cfg_dir" else [path]
        for each in paths:
            for nested in self.read(each, include.place):
                self._diagnostics.warning(
                    f"{nested.key}={nested.value} is ignored here: only main files may name others", nested.place
                )

    def below(self, directory: str, named_at: Place) -> list[str]:
        """Return the object files of a directory, or none after saying why it cannot be read."""
        problem = "No such directory"
        if self._files.is_dir(directory):
            try:
                return self._files.walk(directory, ".cfg")
            except OSError as error:
                problem = reason(error)
        self._diagnostics.error(f"cannot open directory '{directory}' for reading: {problem}", named_at)
        return []

    def read(self, path: str, named_at: Place) -> list[Parameter]:
        """Keep what a file says; return the lines that name more files."""
        path = normpath(path)
        if path in self._seen:
            self._diagnostics.warning(f"the file '{path}' is named more than once, it is read once", named_at)
            return []
        self._seen.add(path)
        text = read_text(path, self._files, self._diagnostics, named_at)
        if text is None:
            return []
        found = parse(text, path, self._diagnostics)
        self.parsed.definitions += found.definitions
        self.parsed.parameters += found.parameters
        self.parsed.files.append(path)
        return found.includes
