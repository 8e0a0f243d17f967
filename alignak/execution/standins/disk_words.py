"""The words of ``check_disk``: steps that select filesystems, each with the limits that hold where it stands."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from alignak.execution.standins.options import given, number
from alignak.execution.standins.posix_patterns import Pattern, pattern
from alignak.execution.standins.standin import Unsupported

_OPTIONS: Final = {
    "-w --warning": "UNITS or PERCENT%",
    "-c --critical": "UNITS or PERCENT%",
    "-W --iwarning": "PERCENT%",
    "-K --icritical": "PERCENT%",
    "-p --path --partition": "PATH",
    "-x --exclude_device": "NAME",
    "-X --exclude-type": "TYPE",
    "-N --include-type": "TYPE",
    "-g --group": "NAME",
    "-R --eregi-path --eregi-partition": "PATTERN",
    "-r --ereg-path --ereg-partition": "PATTERN",
    "-I --ignore-eregi-path --ignore-eregi-partition": "PATTERN",
    "-i --ignore-ereg-path --ignore-ereg-partition": "PATTERN",
    "-u --units": "UNIT",
    "-t --timeout": "SECONDS",
    "-A --all": "",
    "-C --clear": "",
    "-E --exact-match": "",
    "-e --errors-only": "",
    "-f --freespace-ignore-reserved": "",
    "-k --kilobytes": "",
    "-l --local": "",
    "-M --mountpoint": "",
    "-m --megabytes": "",
    "-P --iperfdata": "",
}
_LIMITS: Final[Mapping[str, str]] = {"-w": "warning", "-c": "critical", "-W": "inodes_warning", "-K": "inodes_critical"}
_LISTS: Final[Mapping[str, str]] = {"-x": "excluded", "-X": "excluded_kinds", "-N": "kinds"}
_FLAGS: Final = frozenset({"-e", "-f", "-l", "-M", "-P"})
_UNIT_OPTIONS: Final[Mapping[str, str]] = {"-k": "kB", "-m": "MB"}
_UNITS: Final[Mapping[str, tuple[str, int]]] = {
    "bytes": ("B", 1),
    **{
        name: (shown, 1024**power)
        for power, shown in enumerate(("kiB", "MiB", "GiB", "TiB", "PiB"), 1)
        for name in ("kB" if shown == "kiB" else shown.replace("i", ""), shown[0].upper() + shown[1:])
    },
}
_NUMBER: Final = re.compile(r"(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
_ALWAYS_EXCLUDED: Final = ("iso9660",)


class Act(enum.Enum):
    """What a step does with the selection."""

    PATH = enum.auto()
    """Adds what a path is on."""
    PATTERN = enum.auto()
    """Adds what has a pattern in its name."""
    REST = enum.auto()
    """Adds all that is not selected yet, and sets the limits of all."""
    DROP = enum.auto()
    """Takes out what has a pattern in its name."""


class Limits(Struct, frozen=True):
    """How little may be free: in units, and in percent; nothing for no such limit."""

    warning: float | None = None
    critical: float | None = None
    warning_percent: float | None = None
    critical_percent: float | None = None
    inodes_warning: float | None = None
    inodes_critical: float | None = None


class Step(Struct, frozen=True):
    """One change of the selection."""

    act: Act
    limits: Limits
    group: str = ""
    text: str = ""
    pattern: Pattern | None = None


class Asked(Struct, frozen=True):
    """What the words ask."""

    steps: tuple[Step, ...]
    unit: tuple[str, int] = _UNITS["MB"]
    """Its name, and its bytes."""
    flags: frozenset[str] = frozenset()
    is_exact: bool = False
    excluded: tuple[str, ...] = ()
    excluded_kinds: tuple[str, ...] = _ALWAYS_EXCLUDED
    kinds: tuple[str, ...] = ()


class _Reader:
    """What was read so far: the plugin's options take effect in the order in which they stand."""

    def __init__(self) -> None:
        self.asked = Asked(())
        self.steps: list[Step] = []
        self.limits = Limits()
        self.group = ""
        self.is_selected = False
        self.is_cleared = False

    def take(self, option: str, value: str) -> None:
        """Take one option."""
        if option in _LIMITS:
            self.limits = _limited(self.limits, option, value)
        elif option in _LISTS:
            field = _LISTS[option]
            self.asked = replace(self.asked, **{field: (*getattr(self.asked, field), value)})
        elif option in _FLAGS:
            self.asked = replace(self.asked, flags=self.asked.flags | {option})
        elif option in _UNIT_OPTIONS or option == "-u":
            self.asked = replace(self.asked, unit=_unit(_UNIT_OPTIONS.get(option, value)))
        elif option == "-t":
            number(option, value)
        else:
            self._select(option, value)

    def _select(self, option: str, value: str) -> None:
        if option == "-C":
            self.finish()
            self.limits, self.group, self.is_selected, self.is_cleared = Limits(), "", False, True
        elif option in ("-E", "-g"):
            if self.is_selected:
                raise Unsupported(f"{option} after a path")
            self.group = value or self.group
            self.asked = replace(self.asked, is_exact=self.asked.is_exact or option == "-E")
        elif option in ("-i", "-I"):
            if not self.is_selected:
                raise Unsupported(f"{option} before a path")
            self.steps.append(Step(Act.DROP, Limits(), pattern=_pattern(value, any_case=option == "-I")))
        elif option == "-p":
            self.path(value)
        else:
            value = ".*" if option == "-A" else value
            found = _pattern(value, any_case=option != "-r")
            self._add(Step(Act.PATTERN, self.limits, self.group, value, found))

    def path(self, path: str) -> None:
        """Select what a path is on."""
        self._add(Step(Act.PATH, self.limits, self.group, path))

    def _add(self, step: Step) -> None:
        if step.limits == Limits():
            raise Unsupported("a path before the limits")
        self.steps.append(step)
        self.is_selected = True

    def finish(self) -> None:
        """Select everything when nothing was since the beginning or the last ``-C``."""
        if self.is_selected:
            return
        if self.limits == Limits() and not self.is_cleared:
            raise Unsupported("no limits")
        self.steps.append(Step(Act.REST, self.limits, self.group))


def read(words: Sequence[str]) -> Asked:
    """Read the words. Raises Unsupported."""
    said = given(words, _OPTIONS)
    reader = _Reader()
    for option, value in said.options:
        reader.take(option, value)
    if said.operands:
        if len(said.operands) > 1 or not said.operands[0].startswith("/"):
            raise Unsupported("more than a path without an option")
        reader.path(said.operands[0])
    reader.finish()
    return replace(reader.asked, steps=tuple(reader.steps))


def _limited(limits: Limits, option: str, text: str) -> Limits:
    """Return limits with one more: of units and percent both hold when both are given."""
    field, is_percent = _LIMITS[option], text.endswith("%")
    if not _NUMBER.fullmatch(text.removesuffix("%")):
        raise Unsupported(f"{option} {text}")
    if is_percent and not field.startswith("inodes"):
        field += "_percent"
    return replace(limits, **{field: float(text.removesuffix("%"))})


def _unit(name: str) -> tuple[str, int]:
    if name not in _UNITS:
        raise Unsupported(f"-u {name}")
    return _UNITS[name]


def _pattern(text: str, *, any_case: bool) -> Pattern:
    return pattern(text.encode("utf-8", "surrogateescape"), any_case=any_case, by_lines=False)
