"""A Nagios, Naemon or Shinken configuration, read the way its own program reads it.

What differs from ``config.includes``: main files of Nagios know no ``;`` comments, take relative paths from their own
folder and pass over hidden files; ``include_file`` and ``include_dir`` are followed, in main files and in object files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from posixpath import basename, dirname, join, normpath, relpath
from typing import Final

from msgspec import Struct, field

from alignak.config.diagnostics import Diagnostics, Place
from alignak.config.environment import is_macro
from alignak.config.foreign.findings import Findings, Weight
from alignak.config.foreign.naming import Names
from alignak.config.parser import Definition, Parameter, ParsedFile, parse
from alignak.config.sources import Files, reason

MAINS: Final = ("shinken.cfg", "naemon.cfg", "nagios.cfg")
"""The main files looked for when a folder is named."""

INCLUDES: Final = frozenset({"cfg_file", "cfg_dir", "resource_file", "include_file", "include_dir"})
NESTED: Final = frozenset({"include_file", "include_dir"})
"""What object files may name others with."""

_OF_SHINKEN: Final = frozenset({"shinken_user", "shinken_group", "modules_dir", "triggers_dir", "local_log"})
_OF_NAEMON: Final = frozenset({"naemon_user", "naemon_group"})


class Kind(Enum):
    """Whose configuration it is."""

    NAGIOS = "Nagios"
    NAEMON = "Naemon"
    SHINKEN = "Shinken"


class Statement(Struct, frozen=True):
    """A ``key=value`` line and the comments that stand above it."""

    key: str
    value: str
    place: Place
    comments: tuple[str, ...] = ()


class Include(Struct, frozen=True):
    """A line of the written main file: what it names, by its new name."""

    key: str
    target: str
    place: Place
    comments: tuple[str, ...] = ()


class SourceFile(Struct):
    """A file that goes into the tree."""

    path: str
    target: str
    text: str
    parsed: ParsedFile
    is_utf8: bool = True
    is_resource: bool = False
    is_main: bool = False

    @property
    def has_macros(self) -> bool:
        """Tell whether macros, and with them perhaps passwords, stand in it."""
        return self.is_resource or any(is_macro(each.key) for each in self.parsed.parameters)


class Source(Struct):
    """Everything a source says."""

    kind: Kind
    mains: tuple[str, ...]
    parameters: list[Statement] = field(default_factory=list)
    """The parameters of all files; the last one of a name counts."""
    macros: list[Statement] = field(default_factory=list)
    """The macros that main files define themselves."""
    includes: list[Include] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    """The names of directories that the tree must have, files in them or not."""
    roots: list[str] = field(default_factory=list)
    """The paths of all directories that are read."""

    @property
    def definitions(self) -> Iterator[Definition]:
        """Return the definitions of all files."""
        return (each for file in self.files for each in file.parsed.definitions)


def read_source(mains: Sequence[str], files: Files, findings: Findings) -> Source:
    """Return what the main files, given by absolute paths, and all they name say."""
    reader = _Reader(mains, files, findings)
    for main in mains:
        reader.read_main(main, dirname(main), Place(main))
    return reader.source


def find_main(path: str, files: Files) -> str | None:
    """Return the main file a path stands for, None when it is none and holds none."""
    if not files.is_dir(path):
        return path if files.is_file(path) else None
    return next((found for name in MAINS if files.is_file(found := join(path, name))), None)


def verbatim(text: str, path: str) -> list[Parameter]:
    """Return the ``key=value`` lines of a main or resource file of Nagios, in which ``;`` begins no comment."""
    found: list[Parameter] = []
    pending, begun = "", 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = pending + raw.strip()
        begun = begun or number
        if line.endswith("\\") and not line.startswith("#"):
            pending = line[:-1]
            continue
        key, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.append(Parameter(key.strip(), value.strip(), Place(path, begun)))
        pending, begun = "", 0
    return found


def comments_above(lines: Sequence[str], number: int) -> tuple[str, ...]:
    """Return the comment lines between a line and the statement before it, blank lines at both ends cut."""
    found: list[str] = []
    for raw in reversed(lines[: number - 1]):
        line = raw.strip()
        if line and line[0] not in "#;":
            break
        found.append(line)
    text = "\n".join(reversed(found)).strip()
    return tuple(text.split("\n")) if text else ()


def _kind(paths: Sequence[str], keys: Iterable[str], types: Iterable[str]) -> Kind:
    """Return whose configuration this is, told by its names."""
    named, keys = " ".join(map(basename, paths)), set(keys)
    if "shinken" in named or keys & _OF_SHINKEN or {"arbiter", "scheduler"} & set(types):
        return Kind.SHINKEN
    return Kind.NAEMON if "naemon" in named or keys & _OF_NAEMON else Kind.NAGIOS


class _Reader:
    """Read the files of one source, each once."""

    __slots__ = ("_files", "_findings", "_names", "_seen", "source")

    def __init__(self, mains: Sequence[str], files: Files, findings: Findings) -> None:
        self._files = files
        self._findings = findings
        self._names = Names(dirname(mains[0]))
        self._seen: set[str] = set()
        self.source = Source(self._guess(mains), tuple(mains), roots=[dirname(each) for each in mains])

    def _guess(self, mains: Sequence[str]) -> Kind:
        parsed = [parse(text, each, Diagnostics()) for each in mains if (text := self._try(each)) is not None]
        keys = (parameter.key for each in parsed for parameter in each.parameters)
        return _kind(mains, keys, (definition.type for each in parsed for definition in each.definitions))

    def _try(self, path: str) -> str | None:
        try:
            return _decoded(self._files.read(path))[0]
        except (OSError, ValueError):
            return None

    def read_main(self, path: str, base: str, named_at: Place) -> None:
        """Take the parameters and includes of a main file; one that holds definitions is copied as well."""
        file = self._open(path, named_at, self._names.of(path))
        if file is None:
            return
        lines = file.text.split("\n")
        if file.parsed.definitions:
            file.is_main = True
            self.source.files.append(file)
            self.source.includes.append(Include("cfg_file", file.target, Place(path)))
        for each in self._lines_of(file):
            statement = Statement(each.key, each.value, each.place, comments_above(lines, each.place.line))
            if each.key in INCLUDES:
                self._follow(statement, base)
            elif is_macro(each.key):
                if not file.parsed.definitions:
                    self.source.macros.append(statement)
            else:
                self.source.parameters.append(statement)

    def _lines_of(self, file: SourceFile) -> list[Parameter]:
        if self.source.kind is not Kind.SHINKEN:
            return verbatim(file.text, file.path)
        found = [*file.parsed.parameters, *file.parsed.includes]
        return sorted(found, key=lambda each: each.place.line)

    def _follow(self, named: Statement, base: str) -> None:
        """Read what a line of a main file names."""
        path = normpath(join(base, named.value))
        if named.key == "include_file":
            self.read_main(path, base, named.place)
        elif named.key == "include_dir":
            for each in self._below(path, named.place):
                self.read_main(each, base, named.place)
        elif named.key == "cfg_dir":
            self._directory(named, path, base)
        else:
            self._include(Include(named.key, self._names.of(path), named.place, named.comments), path, base)

    def _include(self, include: Include, path: str, base: str) -> None:
        self.source.includes.append(include)
        self._objects(path, include.target, include.place, base, is_resource=include.key == "resource_file")

    def _directory(self, named: Statement, path: str, base: str) -> None:
        target = self._names.of(path)
        self.source.includes.append(Include("cfg_dir", target, named.place, named.comments))
        if self._files.is_dir(path):
            self.source.folders.append(target)
            self.source.roots.append(path)
        for each in self._below(path, named.place):
            self._objects(each, self._names.below(path, each), named.place, base)

    def _below(self, directory: str, named_at: Place) -> list[str]:
        """Return the files that count below a directory; Nagios and Naemon pass over hidden ones."""
        problem = "No such directory"
        if self._files.is_dir(directory):
            try:
                found = self._files.walk(directory, ".cfg")
            except OSError as error:
                problem = reason(error)
            else:
                shinken = self.source.kind is Kind.SHINKEN
                return [each for each in found if shinken or not _is_hidden(each, directory)]
        self._findings.add(
            Weight.ERROR, basename(directory), f"cannot open directory '{directory}' for reading: {problem}", named_at
        )
        return []

    def _objects(self, path: str, target: str, named_at: Place, base: str, *, is_resource: bool = False) -> None:
        """Take an object or resource file, and the files it includes itself."""
        file = self._open(path, named_at, target)
        if file is None:
            return
        file.is_resource = is_resource
        if is_resource and self.source.kind is not Kind.SHINKEN:
            file.parsed = ParsedFile(parameters=verbatim(file.text, file.path))
        self.source.files.append(file)
        lines = file.text.split("\n")
        for each in file.parsed.parameters:
            statement = Statement(each.key, each.value, each.place, comments_above(lines, each.place.line))
            if each.key in NESTED:
                key = "cfg_dir" if each.key == "include_dir" else "cfg_file"
                self._follow(Statement(key, each.value, each.place), base)
            elif not is_macro(each.key):
                self.source.parameters.append(statement)

    def _open(self, path: str, named_at: Place, target: str) -> SourceFile | None:
        """Return a file that was not read before, or None after saying why it cannot be read."""
        if path in self._seen:
            return None
        self._seen.add(path)
        try:
            text, is_utf8 = _decoded(self._files.read(path))
        except (OSError, ValueError) as error:
            problem = f"cannot open file '{path}' for reading: {reason(error)}"
            self._findings.add(Weight.ERROR, basename(path), problem, named_at)
            return None
        if not is_utf8:
            message = "the file is not UTF-8: it was read as Latin-1 and is written as UTF-8"
            self._findings.add(Weight.CHANGED, basename(path), message, Place(path))
        # What is wrong in the text itself, the check of the result tells.
        return SourceFile(path, target, text, parse(text, path, Diagnostics()), is_utf8)


def _decoded(raw: bytes) -> tuple[str, bool]:
    """Return bytes as text, and whether they were UTF-8."""
    try:
        return raw.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return raw.decode("latin-1"), False


def _is_hidden(path: str, directory: str) -> bool:
    return any(part.startswith(".") for part in relpath(path, directory).split("/"))
