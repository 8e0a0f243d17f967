"""Which files a configuration consists of: the main ones, and what they name (configuration.md 3.5).

``cfg_file``, ``cfg_dir`` and ``resource_file`` count in main files alone, relative to the folder of the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import dirname, join, normpath

from msgspec import Struct, field

from alignak.base.codec import digest
from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.ground import Ground
from alignak.config.inherit import Season
from alignak.config.parser import Definition, Lines, Parameter, ParsedFile, parse
from alignak.config.sources import Files, decode, read_bytes, reason
from alignak.model.objects import ObjectSet


class Parsed(Struct):
    """What all the object files of a configuration say, in the order they were read."""

    definitions: list[Definition] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Library:
    """What files said when they were last read, and what came of it: those that say the same are not read again.

    Only files of which nothing was remarked are kept: what is wrong with the others is to be said each time.
    """

    __slots__ = ("_kept", "_read", "ground", "objects", "seasons")

    def __init__(self) -> None:
        self.seasons: dict[str, Season] = {}
        """Object type -> what its definitions came to."""
        self.ground = Ground()
        """What its services came to."""
        self.objects: ObjectSet | None = None
        """The objects of the last configuration that had no error."""
        self._kept: dict[str, tuple[str, ParsedFile]] = {}
        self._read: dict[str, tuple[str, ParsedFile]] = {}

    def find(self, path: str, hash_: str) -> ParsedFile | None:
        """Return what a file says whose content has that hash, None when it is new."""
        kept = self._kept.get(path)
        if kept is None or kept[0] != hash_:
            return None
        self._read[path] = kept
        return kept[1]

    def keep(self, path: str, hash_: str, found: ParsedFile) -> None:
        """Remember what a file says; definitions that are as they were become those of before."""
        if path in self._kept:
            former = {each.line: each for each in self._kept[path][1].definitions}
            found.definitions = [_either(former.get(each.line), each) for each in found.definitions]
        self._read[path] = hash_, found

    def turn(self) -> None:
        """Forget the files that were not read since the last time."""
        self._kept, self._read = self._read, {}


def _either(former: Definition | None, latter: Definition) -> Definition:
    return former if former is not None and former.is_as(latter) else latter


def gather(mains: Sequence[str], files: Files, diagnostics: Diagnostics, library: Library | None = None) -> Parsed:
    """Return what the main files and those they name say; a directory stands for the ``*.cfg`` files below it."""
    library = library or Library()
    gatherer = _Gatherer(files, library, diagnostics)
    base = ""
    for main in mains:
        is_directory = files.is_dir(main)
        base = base or (main if is_directory else dirname(main))
        for path in gatherer.below(main, Place(main)) if is_directory else [main]:
            for include in gatherer.read(path, Place(path)):
                gatherer.include(include, base)
    library.turn()
    return gatherer.parsed


class _Gatherer:
    """Read files, each once, and keep what they say."""

    __slots__ = ("_diagnostics", "_files", "_library", "_lines", "_seen", "parsed")

    def __init__(self, files: Files, library: Library, diagnostics: Diagnostics) -> None:
        self.parsed = Parsed()
        self._files = files
        self._library = library
        self._lines = Lines()
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
        found = self._read(path, named_at)
        if found is None:
            return []
        self.parsed.definitions += found.definitions
        self.parsed.parameters += found.parameters
        self.parsed.files.append(path)
        return found.includes

    def _read(self, path: str, named_at: Place) -> ParsedFile | None:
        """Return what a file says, None after saying why it cannot be read."""
        diagnostics = self._diagnostics
        raw = read_bytes(path, self._files, diagnostics, named_at)
        if raw is None:
            return None
        hash_ = digest(raw)
        known = self._library.find(path, hash_)
        if known is not None:
            return known
        before = diagnostics.count
        found = parse(decode(raw, path, diagnostics), path, diagnostics, self._lines)
        if diagnostics.count == before:
            self._library.keep(path, hash_, found)
        return found
