r"""Object files: text made raw definitions and parameters, each with its line (configuration.md 3.5).

One pass, a few string operations a line, and no exception whatever the text is: what cannot be read becomes a
diagnostic and reading goes on after it. The grammar:

- ``define type{`` … ``}``; the brace may stand on the next line, a property behind it;
- ``key value``: the first blank separates them; in a time period, whose keys hold blanks, a TAB or three spaces do;
- ``#`` begins a comment line, ``;`` a comment anywhere unless it is written ``\;``;
- a ``\`` at the end continues a line;
- outside definitions, ``key=value`` is a global parameter and ``$NAME$=value`` a macro.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from sys import intern
from typing import Final

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


class Definition(Struct):
    """A ``define``, as it stands in its file."""

    type: str
    file: str
    line: int
    values: dict[str, str] = field(default_factory=dict)
    """Key -> value, the last one when a key is repeated."""
    lines: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)
    """Keys given more than once, with every value in order."""

    @property
    def place(self) -> Place:
        """Return where the definition begins."""
        return Place(self.file, self.line)

    def place_of(self, key: str) -> Place:
        """Return where a key stands, or where the definition begins."""
        return Place(self.file, self.lines.get(key, self.line))


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


def parse(text: str, file: str, diagnostics: Diagnostics) -> ParsedFile:
    """Return the definitions and parameters of a file's text."""
    reader = _Reader(file, diagnostics)
    for number, line in _logical_lines(text):
        reader.take(line, number)
    reader.end()
    return reader.result


class _Reader:
    """Take the lines of one file: outside definitions, waiting for a brace, or inside one."""

    __slots__ = ("_current", "_diagnostics", "_file", "_is_open", "result")

    def __init__(self, file: str, diagnostics: Diagnostics) -> None:
        self.result = ParsedFile()
        self._file = file
        self._diagnostics = diagnostics
        self._current: Definition | None = None
        self._is_open = False

    def take(self, line: str, number: int) -> None:
        """Read one line."""
        current = self._current
        if current is not None and self._is_open:
            if line[0] == "}":
                self._close(line[1:].strip(" \t;"), number)
                return
            if not line.startswith("define") or not _DEFINE.fullmatch(line):
                _property(current, line, number)
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
            _property(current, rest, number)

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
        self._current = current = Definition(intern(kind.lower()), self._file, number)
        self._is_open = False
        self.result.definitions.append(current)
        if rest and not brace:
            self._diagnostics.error(f"'{{' is missing before '{shown(rest)}'", current.place)
        if rest or brace:
            self._open(current, rest, number)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, comments cut and continued lines joined, with their number."""
    pending: list[str] = []
    begun = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not pending and (not line or line[0] == "#"):
            continue
        if ";" in line:
            line = _cut_comment(line)
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending.append(line[:-1].rstrip())
            begun = begun or number
            continue
        if pending:
            pending.append(line)
            line, number, pending, begun = " ".join(filter(None, pending)), begun, [], 0  # noqa: PLW2901
        if line:
            yield number, line
    if line := " ".join(filter(None, pending)):
        yield begun, line


def _cut_comment(line: str) -> str:
    r"""Return a line without its comment, ``\;`` made a semicolon."""
    if match := _COMMENT.search(line):
        line = line[: match.start()].rstrip()
    return line.replace("\\;", ";")


def _property(current: Definition, line: str, number: int) -> None:
    """Add a ``key value`` line to a definition."""
    key, _, value = line.partition(" ") if "\t" not in line else _at_first_blank(line)
    if current.type == "timeperiod" and key.lower() not in PLAIN_TIMEPERIOD_KEYS:
        key, value = _at_wide_gap(line)
    key = intern(key.upper() if key[0] == "_" else key.lower())
    value = intern(value.strip())
    values = current.values
    if key in values:
        current.repeated.setdefault(key, [values[key]]).append(value)
    values[key] = value
    current.lines[key] = number


def _at_first_blank(line: str) -> tuple[str, str, str]:
    key, *rest = line.split(None, 1)
    return key, "", rest[0] if rest else ""


def _at_wide_gap(line: str) -> tuple[str, str]:
    """Return the key and value of a line whose key may hold single blanks."""
    if match := _WIDE_GAP.search(line):
        return line[: match.start()], line[match.end() :]
    key, _, value = line.rpartition(" ")
    return (key, value) if key else (value, "")
