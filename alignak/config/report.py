"""What ``alignak-arbiter -V`` prints: what was read, what was checked, what is wrong (configuration.md 3.11).

The same lines go to the arbiter's log when it loads a configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from alignak.config.compile import Loaded
from alignak.config.diagnostics import MOST_KEPT, Diagnostic, Severity
from alignak.config.environment import Environment
from alignak.config.tables import OBJECT_TYPES
from alignak.model.graph import components, relations
from alignak.model.snapshot import CompiledConfig

Line: TypeAlias = "tuple[str, str]"
"""A level name, ``INFO``, ``WARNING`` or ``ERROR``, and a text."""

THINGS_LOOK_OKAY: Final = "Things look okay - No serious problems were detected during the pre-flight check"
BAIL_OUT: Final = "Configuration is incorrect, sorry, I bail out"

MOST_PACKS: Final = 10
"""How many packs of a realm are listed."""

MOST_PACKED: Final = 20
"""How many hosts of a pack are listed."""

_LEVELS: Final = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING"}
_NO_TYPE: Final = ""


def report(environment: Environment, loaded: Loaded, arbiter: str = "") -> list[Line]:
    """Return the report of a configuration, the verdict last; ``arbiter`` is who checked it."""
    config = loaded.config
    lines = [*_reading(environment, loaded), *_creating(loaded), *_checking(environment, loaded)]
    if config is not None:
        lines += [*_realms(config), *_daemons(config)]
    return [*lines, *verdict(loaded, arbiter)]


def verdict(loaded: Loaded, arbiter: str = "") -> list[Line]:
    """Return the last lines: whether the configuration can be used."""
    if loaded.config is not None:
        return [("INFO", THINGS_LOOK_OKAY), ("INFO", f"Arbiter {arbiter} checked the configuration")]
    return [
        ("ERROR", BAIL_OUT),
        ("ERROR", "*** One or more problems were encountered while processing the configuration (first check)..."),
        ("ERROR", "Sorry, I bail out, exit code: 1"),
    ]


def _reading(environment: Environment, loaded: Loaded) -> Iterator[Line]:
    yield "INFO", f"Loading monitored system configuration from legacy files: {list(environment.cfg_files)}"
    yield "INFO", "Reading the configuration cfg_files..."
    for each in loaded.files:
        yield "INFO", f"- opening '{each}' configuration file"


def _creating(loaded: Loaded) -> Iterator[Line]:
    yield "INFO", "Creating objects..."
    for name in OBJECT_TYPES:
        yield "INFO", f"- creating '{name}' objects"
        if templates := loaded.templates.get(name):
            yield "INFO", f"    indexed {templates} template(s)"
        count = loaded.created.get(name, 0)
        yield "INFO", f"    created {count} {name}(s)." if count else "  none."
    yield "INFO", "Done"


def _checking(environment: Environment, loaded: Loaded) -> Iterator[Line]:
    """Yield what was checked of each type, and what is wrong with it; what has no type comes first."""
    name = environment.globals.get("alignak_name", "")
    problems = _by_type(loaded.diagnostics)
    yield "INFO", "Checking configuration..."
    yield "INFO", f"Alignak name is: {name}"
    yield "INFO", "Checking global parameters..."
    yield from _problems(name, problems.get(_NO_TYPE, []))
    yield "INFO", "Checked"
    yield "INFO", "Checking monitoring configuration..."
    total = {Severity.ERROR: 0, Severity.WARNING: 0}
    for each in OBJECT_TYPES.values():
        yield "INFO", f"- checking {each.plural}..."
        count = loaded.created.get(each.name, 0)
        yield "INFO", f"  checked {count}" if count else "  none"
        yield from _problems_of_type(name, each.plural, problems.get(each.name, []), total)
    hidden = loaded.error_count + loaded.warning_count - len(loaded.diagnostics)
    if hidden:
        yield "ERROR", f"{hidden} more problems are not listed: only the first {MOST_KEPT} are kept"
    yield "INFO", "Checked"


def _problems_of_type(name: str, plural: str, problems: list[Diagnostic], total: dict[Severity, int]) -> Iterator[Line]:
    counts = {severity: sum(1 for each in problems if each.severity is severity) for severity in total}
    if counts[Severity.ERROR]:
        yield "ERROR", f"{plural} configuration is incorrect!"
    yield from _problems(name, problems)
    for severity, count in counts.items():
        total[severity] += count
        if count:
            yield _LEVELS[severity], f"    {count} {severity.value}(s), total: {total[severity]}"


def _problems(name: str, problems: Iterable[Diagnostic]) -> Iterator[Line]:
    """Yield problems, those of one object together and followed by the object's verdict."""
    by_object: dict[str, list[Diagnostic]] = {}
    for each in problems:
        by_object.setdefault(each.object, []).append(each)
    for about, those in by_object.items():
        for each in those:
            yield _LEVELS[each.severity], f"[config::{name}] {each.render()}"
        wrong = next((each for each in those if each.severity is Severity.ERROR), None)
        if about and wrong is not None:
            yield "ERROR", f"[{about}] Configuration is incorrect; from: {wrong.place}"


def _by_type(problems: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for each in problems:
        kind = each.object.partition("::")[0]
        found.setdefault(kind if kind in OBJECT_TYPES else _NO_TYPE, []).append(each)
    return found


def _realms(config: CompiledConfig) -> Iterator[Line]:
    packs: dict[str, list[list[str]]] = {}
    for names in components(config.host_realms, relations(config.objects)):
        packs.setdefault(config.host_realms[names[0]], []).append(names)
    yield "INFO", "Realms:"
    for each in config.realms:
        those = sorted(packs.get(each.name, ()), key=lambda names: (-len(names), names))
        count = sum(map(len, those))
        yield "INFO", f" - realm: {each.name} ({each.level}), {count} hosts, {len(those)} packs"
        yield from _packs(those)
    yield "INFO", f"  total number of hosts in all realms: {len(config.host_realms)}"


def _packs(packs: list[list[str]]) -> Iterator[Line]:
    """Yield the largest packs, each with the first of its hosts."""
    for number, names in enumerate(packs[:MOST_PACKS]):
        more = f",… ({len(names) - MOST_PACKED} more)" if len(names) > MOST_PACKED else ""
        yield "INFO", f"   - pack: {number} / {len(names)} hosts ({','.join(names[:MOST_PACKED])}{more})"
    if len(packs) > MOST_PACKS:
        yield "INFO", f"   - and {len(packs) - MOST_PACKS} smaller packs"


def _daemons(config: CompiledConfig) -> Iterator[Line]:
    yield "INFO", "Alignak configured daemons check:"
    for each in config.daemons:
        yield "INFO", f"- found {each.name}, to be launched: {each.alignak_launched}, address: {each.uri}"
