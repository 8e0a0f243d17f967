r"""Object files: text made raw definitions and parameters, each with its line (configuration.md 3.5).

No exception whatever the text is: what cannot be read becomes a diagnostic and reading goes on after it. The grammar:

- ``define type{`` … ``}``; the brace may stand on the next line, a property behind it;
- ``key value``: the first blank separates them; in a time period, whose keys hold blanks, a TAB or three spaces do;
- ``#`` begins a comment line, ``;`` a comment anywhere unless it is written ``\;``;
- a ``\`` at the end continues a line;
- outside definitions, ``key=value`` is a global parameter and ``$NAME$=value`` a macro.

Large configurations say the same lines again and again, so each distinct line is read once (``Lines``), and a
definition of plain ``key value`` lines is put together from what they say. Whatever else there is, ``_Reader`` takes
line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from sys import intern
from types import MappingProxyType
from typing import Final, TypeAlias

from msgspec import Struct, field

from alignak.config.diagnostics import Diagnostics, Place, shown

INCLUDES: Final = frozenset({"cfg_file", "cfg_dir", "resource_file"})
"""The parameters that name more files; they mean something in main files alone."""

PLAIN_TIMEPERIOD_KEYS: Final = frozenset(
    {"timeperiod_name", "alias", "exclude", "use", "name", "register", "definition_order"}
)
"""The keys of a time period that are no dates."""

_COMMENT: Final = re.compile(r"(?<!\\);")
_DEFINE: Final = re.compile(r"define\s+([^\s{]+)\s*(\{?)\s*(.*)", re.DOTALL)
_WIDE_GAP: Final = re.compile(r"\t\s*| {3,}\s*")
_TIMEPERIOD: Final = "timeperiod"


class _Opening(Struct, frozen=True):
    """A ``define type {`` and nothing else."""

    type: str


class _Mark(Struct, frozen=True):
    """A line that is no property."""

    text: str


_CLOSING: Final = _Mark("}")
_OTHER: Final = _Mark("a line that means something only with those around it")

Said: TypeAlias = "tuple[str, str] | _Opening | _Mark | None"
"""What a line says inside a definition that is no time period; None when it says nothing."""

_MANY: Final = 50
"""How many keys of a definition are looked through to find the line of one."""

_NOTHING: Final[Mapping[str, list[str]]] = MappingProxyType({})


class Definition(Struct):
    """A ``define``, as it stands in its file."""

    type: str
    file: str
    line: int
    values: dict[str, str] = field(default_factory=dict)
    """Key -> value, the last one when a key is repeated."""
    repeated: Mapping[str, Sequence[str]] = _NOTHING
    """Keys given more than once, with every value in order."""
    lines: Mapping[str, int] | None = None
    """Where each key stands; None when ``page`` tells."""
    page: Sequence[Said] = ()
    """What the lines of the file say."""
    origin: str = ""

    @property
    def is_plain(self) -> bool:
        """Tell whether it says each thing once, and adds to nothing."""
        return self.lines is None and bool(self.page)

    @property
    def place(self) -> Place:
        """Return where the definition begins."""
        return Place(self.file, self.line)

    @property
    def imported_from(self) -> str:
        """Return ``file:line`` of where it begins."""
        if not self.origin:
            self.origin = f"{self.file}:{self.line}"
        return self.origin

    def place_of(self, key: str) -> Place:
        """Return where a key stands, or where the definition begins."""
        if self.lines is not None:
            return Place(self.file, self.lines.get(key, self.line))
        if len(self.values) > _MANY:
            self.lines = dict(self._numbered())
            return self.place_of(key)
        return Place(self.file, next((line for each, line in self._numbered() if each == key), self.line))

    def is_as(self, other: Definition) -> bool:
        """Tell whether another reading of the file found the very same here, each line where it stood."""
        return (
            self.line == other.line
            and self.type == other.type
            and self.values == other.values
            and self.repeated == other.repeated
            and self._places() == other._places()
        )

    def _places(self) -> Mapping[str, int]:
        return dict(self._numbered()) if self.lines is None else self.lines

    def _numbered(self) -> Iterator[tuple[str, int]]:
        """Yield the keys with their lines, as the page has them."""
        for number in range(self.line, len(self.page)):
            token = self.page[number]
            if token is _CLOSING:
                return
            if isinstance(token, tuple):
                yield token[0], number + 1


class Parameter(Struct, frozen=True):
    """A ``key=value`` line outside definitions."""

    key: str
    value: str
    place: Place


class ParsedFile(Struct):
    """What one file says."""

    definitions: list[Definition] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    """Macros too: their keys keep the dollars."""
    includes: list[Parameter] = field(default_factory=list)


class Lines(dict[str, Said]):
    """What each distinct line says; one for all the files of a configuration."""

    def __missing__(self, raw: str) -> Said:
        """Read a line that was not met before."""
        token = self[raw] = _token(raw)
        return token


def parse(text: str, file: str, diagnostics: Diagnostics, lines: Lines | None = None) -> ParsedFile:
    """Return the definitions and parameters of a file's text."""
    known = Lines() if lines is None else lines
    raw = text.split("\n")
    page = list(map(known.__getitem__, raw))
    reader = _Reader(file, diagnostics)
    definitions = reader.result.definitions
    at, end = 0, len(page)
    while at < end:
        token = page[at]
        if token is None:
            at += 1
            continue
        plain = _plain(page, at) if token.__class__ is _Opening else None
        if plain is None:
            at = _read_carefully(reader, raw, at)
            continue
        values, closing = plain
        definitions.append(Definition(token.type, file, at + 1, values, page=page))  # type: ignore[union-attr]
        at = closing + 1
    return reader.result


def _plain(page: list[Said], opening: int) -> tuple[dict[str, str], int] | None:
    """Return the properties of a definition and where it closes, None when it is more than plain lines."""
    if page[opening] == _Opening(_TIMEPERIOD):
        return None
    try:
        closing = page.index(_CLOSING, opening)
        body = page[opening + 1 : closing]
        if None in body:
            body = [each for each in body if each is not None]
        values: dict[str, str] = dict(body)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None
    return (values, closing) if len(values) == len(body) else None


def _read_carefully(reader: _Reader, raw: list[str], start: int) -> int:
    """Read from a line on until no definition is open; return where to go on."""
    for number, line, after in _logical_lines(raw, start):
        reader.take(line, number)
        if not reader.is_inside:
            return after
    reader.end()
    return len(raw)


def _token(raw: str) -> Said:
    """Return what a line says."""
    line = raw.strip()
    if not line or line[0] == "#":
        return None
    if ";" in line:
        line = _cut_comment(line)
        if not line:
            return None
    if line[0] in "{}" or line[-1] == "\\":
        return _CLOSING if line == "}" else _OTHER
    if line.startswith("define") and (match := _DEFINE.fullmatch(line)):
        kind, brace, rest = match.groups()
        return _Opening(intern(kind.lower())) if brace and not rest else _OTHER
    pair = _pair(line)
    return _OTHER if pair[1][:1] == "+" else pair


class _Reader:
    """Take the lines of one file: outside definitions, waiting for a brace, or inside one."""

    __slots__ = ("_current", "_diagnostics", "_file", "_is_open", "_lines", "_repeated", "result")

    def __init__(self, file: str, diagnostics: Diagnostics) -> None:
        self.result = ParsedFile()
        self._file = file
        self._diagnostics = diagnostics
        self._current: Definition | None = None
        self._is_open = False
        self._lines: dict[str, int] = {}
        self._repeated: dict[str, list[str]] = {}

    @property
    def is_inside(self) -> bool:
        """Tell whether a definition is begun and not closed."""
        return self._current is not None

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        current = self._current
        if current is not None and self._is_open:
            if line[0] == "}":
                self._close(line[1:].strip(" \t;"), number)
                return
            if not line.startswith("define") or not _DEFINE.fullmatch(line):
                self._property(current, line, number)
                return
            self.end()
        elif current is not None:
            if line[0] == "{":
                self._open(current, line[1:].strip(), number)
                return
            self.end()
        self._outside(line, number)

    def end(self) -> None:
        """Say so when a definition is not complete."""
        if self._current is not None:
            what = f"the definition of a {shown(self._current.type)}"
            problem = f"{what} is not closed, '}}' is missing" if self._is_open else f"'{{' is missing after {what}"
            self._diagnostics.error(problem, self._current.place)
        self._current = None

    def _open(self, current: Definition, rest: str, number: int) -> None:
        """Begin the body of a definition with what stands behind its brace, which may be all of it."""
        self._is_open = True
        self._current = None if rest.endswith("}") else current
        if rest := rest.removesuffix("}").strip():
            self._property(current, rest, number)

    def _close(self, rest: str, number: int) -> None:
        self._current = None
        if rest:
            self._diagnostics.error(f"nothing may follow '}}' on its line: '{shown(rest)}'", Place(self._file, number))

    def _outside(self, line: str, number: int) -> None:
        """Read a line that stands outside definitions."""
        if line.startswith("define") and (match := _DEFINE.fullmatch(line)):
            self._define(*match.groups(), number=number)
            return
        place = Place(self._file, number)
        key, sign, value = line.partition("=")
        key = key.strip()
        if not sign or not key:
            self._diagnostics.error(f"the parameter {shown(line)} is malformed! (no = sign)", place)
            return
        found = self.result.includes if key in INCLUDES else self.result.parameters
        found.append(Parameter(key, value.strip(), place))

    def _define(self, kind: str, brace: str, rest: str, *, number: int) -> None:
        """Begin a definition."""
        self._lines, self._repeated = {}, {}
        self._current = current = Definition(
            intern(kind.lower()), self._file, number, repeated=self._repeated, lines=self._lines
        )
        self._is_open = False
        self.result.definitions.append(current)
        if rest and not brace:
            self._diagnostics.error(f"'{{' is missing before '{shown(rest)}'", current.place)
        if rest or brace:
            self._open(current, rest, number)

    def _property(self, current: Definition, line: str, number: int) -> None:
        """Add a ``key value`` line to a definition."""
        key, value = _pair(line)
        if current.type == _TIMEPERIOD and key not in PLAIN_TIMEPERIOD_KEYS:
            key, value = _dated(line)
        values = current.values
        if key in values:
            self._repeated.setdefault(key, [values[key]]).append(value)
        values[key] = value
        self._lines[key] = number


def _logical_lines(raw: Sequence[str], start: int) -> Iterator[tuple[int, str, int]]:
    """Yield the lines that say something, comments cut and continued lines joined, with the number of the first.

    ``start`` is where to begin, the last value is where each ends; both count from 0.
    """
    pending: list[str] = []
    begun = 0
    for at in range(start, len(raw)):
        line = raw[at].strip()
        if not pending and (not line or line[0] == "#"):
            continue
        if ";" in line:
            line = _cut_comment(line)
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending.append(line[:-1].rstrip())
            begun = begun or at + 1
            continue
        number = at + 1
        if pending:
            pending.append(line)
            line, number, pending, begun = " ".join(filter(None, pending)), begun, [], 0
        if line:
            yield number, line, at + 1
    if line := " ".join(filter(None, pending)):
        yield begun, line, len(raw)


def _cut_comment(line: str) -> str:
    r"""Return a line without its comment, ``\;`` made a semicolon."""
    if match := _COMMENT.search(line):
        line = line[: match.start()].rstrip()
    return line.replace("\\;", ";")


def _pair(line: str) -> tuple[str, str]:
    """Return the key and value of a ``key value`` line."""
    key, _, value = line.partition(" ") if "\t" not in line else _at_first_blank(line)
    return _key(key), intern(value.strip())


def _at_first_blank(line: str) -> tuple[str, str, str]:
    key, *rest = line.split(None, 1)
    return key, "", rest[0] if rest else ""


def _key(text: str) -> str:
    return intern(text.upper() if text[0] == "_" else text.lower())


def _dated(line: str) -> tuple[str, str]:
    """Return the key and value of a line whose key may hold single blanks."""
    if match := _WIDE_GAP.search(line):
        key, value = line[: match.start()], line[match.end() :]
    else:
        key, _, value = line.rpartition(" ")
        if not key:
            key, value = value, ""
    return _key(key), intern(value.strip())
