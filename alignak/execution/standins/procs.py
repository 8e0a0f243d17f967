"""Stands in for ``check_procs``: how many processes there are of a kind, or how much they use.

The plugin does not count itself nor what started it, and counts the ``ps`` it runs: so do we, with the worker for what
started it and a line for the ``ps`` there would have been.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from alignak.execution.standins.options import given, number
from alignak.execution.standins.posix_patterns import Pattern, pattern
from alignak.execution.standins.processes import Needs, Process, kernel_parent, processes
from alignak.execution.standins.ranges import Range, range_of
from alignak.execution.standins.standin import Call, Result, StandIn, Unsupported

_OPTIONS: Final = {
    "-w --warning": "RANGE",
    "-c --critical": "RANGE",
    "-m --metric": "METRIC",
    "-s --status": "FLAGS",
    "-p --ppid": "ID",
    "-z": "KIB",
    "-r --rss": "KIB",
    "-P --pcpu": "PERCENT",
    "-u --user": "USER",
    "-a --argument-array": "TEXT",
    "--ereg-argument-array": "PATTERN",
    "-C --command": "NAME",
    "-t --timeout": "SECONDS",
    "-k --no-kthreads": "",
    "-T --traditional": "",
}
_WORDS: Final = ("OK", "WARNING", "CRITICAL")
_METRICS: Final[Mapping[str, Callable[[Process], float]]] = {
    "VSZ": lambda each: each.size,
    "RSS": lambda each: each.resident,
    "CPU": lambda each: each.cpu,
    "ELAPSED": lambda each: each.elapsed,
}
_COUNT: Final = "PROCS"
_PERCENT: Final = re.compile(r"\d{1,9}(\.\d{0,9})?", re.ASCII)
_PS_SIZES: Final = (8_116, 4_300)
"""KiB that a ``ps`` of Debian 12 takes."""


class _Filter(Struct, frozen=True):
    """One condition on processes."""

    option: str
    value: str
    number: float = 0.0
    pattern: Pattern | None = None

    @property
    def shown(self) -> str:
        """Return the value as the answer has it: a bar in a pattern would begin the performance data."""
        return self.value.replace("|", ",") if self.pattern is not None else self.value


class _Asked(Struct, frozen=True):
    """What the words ask; limits also as they were written."""

    filters: tuple[_Filter, ...]
    metric: str
    warning: Range | None
    critical: Range | None
    limits: str
    is_without_kernel: bool


def _read(words: Sequence[str]) -> _Asked:
    said = given(words, _OPTIONS)
    options = dict(said.options)
    if said.operands:
        raise Unsupported("words without an option")
    if len(options) < len(said.options):
        raise Unsupported("an option that is given twice")
    metric = options.get("-m", _COUNT)
    if metric not in _METRICS and metric != _COUNT:
        raise Unsupported(f"-m {metric}")
    if "-t" in options:
        number("-t", options["-t"])
    warning, critical = (range_of(each, options[each]) if each in options else None for each in ("-w", "-c"))
    limits = f"{options.get('-w', '')};{options.get('-c', '')}"
    filters = tuple(_filter(option, value) for option, value in said.options if option in _TESTS)
    return _Asked(filters, metric, warning, critical, limits, "-k" in options)


def _filter(option: str, value: str) -> _Filter:
    if option == "--ereg-argument-array":
        found = pattern(value.encode("utf-8", "surrogateescape"), any_case=False, by_lines=False)
        return _Filter(option, value, pattern=found)
    if option == "-P":
        if not _PERCENT.fullmatch(value):
            raise Unsupported(f"-P {value}")
        return _Filter(option, value, float(value))
    if option in ("-p", "-z", "-r"):
        return _Filter(option, value, number(option, value))
    if option == "-u" and not value:
        raise Unsupported("-u without a name")
    return _Filter(option, value)


def _has_pattern(asked: _Filter, each: Process) -> bool:
    return asked.pattern is not None and asked.pattern.is_in(each.arguments.encode("ascii"))


_TESTS: Final[Mapping[str, tuple[str, Callable[[_Filter, Process], bool]]]] = {
    "-s": ("STATE = {value}", lambda asked, each: asked.value in each.flags),
    "-p": ("PPID = {number:.0f}", lambda asked, each: each.parent_id == asked.number),
    "-z": ("VSZ >= {number:.0f}", lambda asked, each: each.size >= asked.number),
    "-r": ("RSS >= {number:.0f}", lambda asked, each: each.resident >= asked.number),
    "-P": ("PCPU >= {number:.2f}", lambda asked, each: each.cpu >= asked.number),
    "-u": ("UID = {number:.0f} ({value})", lambda asked, each: each.owner == asked.number),
    "-a": ("args '{value}'", lambda asked, each: asked.value in each.arguments),
    "--ereg-argument-array": ("regex args '{value}'", _has_pattern),
    "-C": ("command name '{value}'", lambda asked, each: each.program == asked.value),
}
"""Option -> how the answer names the condition, and the condition."""

_STATUS_OF: Final = frozenset({"-s", "-z", "-r", "-u"})
_ARGUMENTS_OF: Final = frozenset({"-a", "--ereg-argument-array"})


def _block(asked: _Asked, _call: Call) -> Result:
    """Look in a thread: there may be thousands of processes. Raises Unsupported for a user nobody knows."""
    filters = [_with_owner(each) if each.option == "-u" else each for each in asked.filters]
    options = {each.option for each in filters}
    needs = Needs(bool(options & _STATUS_OF) or asked.metric in ("VSZ", "RSS"), bool(options & _ARGUMENTS_OF))
    listed = [each for each in processes(needs) if each.process_id != os.getpid()]
    kernel = kernel_parent(listed) if asked.is_without_kernel else None
    matching = [
        each
        for each in (*listed, _ps())
        if each.parent_id != kernel and all(_TESTS[one.option][1](one, each) for one in filters)
    ]
    named = ", ".join(_TESTS[each.option][0].format(value=each.shown, number=each.number) for each in filters)
    text = f"{len(matching)} process{'' if len(matching) == 1 else 'es'}{f' with {named}' if named else ''}"
    return _counted(asked, len(matching), text) if asked.metric == _COUNT else _measured(asked, matching, text)


def _with_owner(asked: _Filter) -> _Filter:
    """Return the condition with number and name of the user."""
    try:
        found = pwd.getpwuid(int(asked.value)) if asked.value.isdigit() else pwd.getpwnam(asked.value)
    except (KeyError, OverflowError):
        raise Unsupported(f"-u {asked.value}: no such user") from None
    return _Filter(asked.option, found.pw_name, found.pw_uid)


def _ps() -> Process:
    """Return the line the plugin's own ``ps`` would be in its list."""
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    return Process(
        flags=f"R{'<' if nice < 0 else 'N' if nice > 0 else ''}",
        owner=os.geteuid(),
        process_id=-1,
        parent_id=-1,
        size=_PS_SIZES[0],
        resident=_PS_SIZES[1],
        cpu=0.0,
        elapsed=0,
        program="ps",
        arguments="/bin/ps axwwo stat uid pid ppid vsz rss pcpu etime comm args",
    )


def _counted(asked: _Asked, count: int, text: str) -> Result:
    """Judge how many there are."""
    code = 2 * _alerts(asked.critical, count) or int(_alerts(asked.warning, count))
    return code, f"PROCS {_WORDS[code]}: {text} | procs={count};{asked.limits};0;"


def _measured(asked: _Asked, matching: Sequence[Process], text: str) -> Result:
    """Judge what each of them uses."""
    values = [_METRICS[asked.metric](each) for each in matching]
    codes = [2 * _alerts(asked.critical, each) or int(_alerts(asked.warning, each)) for each in values]
    code, warnings, criticals = max(codes, default=0), codes.count(1), codes.count(2)
    about = ("", f"{warnings} warn out of ", f"{criticals} crit, {warnings} warn out of ")[code]
    counts = f"procs={len(values)};;;0; procs_warn={warnings};;;0; procs_crit={criticals};;;0;"
    return code, f"{asked.metric} {_WORDS[code]}: {about}{text} | {counts}"


def _alerts(limit: Range | None, value: float) -> bool:
    return limit is not None and limit.alerts(value)


PROCS: Final = StandIn(_read, block=_block)
