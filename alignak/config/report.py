"""What ``alignak-arbiter -V`` prints: what was read, what was checked, what is wrong (configuration.md 3.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from alignak.config.compile import Loaded
from alignak.config.diagnostics import MOST_KEPT, Diagnostic, Severity
from alignak.config.environment import Environment
from alignak.config.settings import PARAMETER
from alignak.config.splitting import Line, Split, splitting
from alignak.config.tables import OBJECT_TYPES
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role

THINGS_LOOK_OKAY: Final = "Things look okay - No serious problems were detected during the pre-flight check"
BAIL_OUT: Final = "Configuration is incorrect, sorry, I bail out"
PROBLEMS: Final = "*** One or more problems were encountered while processing the configuration ({} check)..."
UNMANAGED: Final = "The following Nagios legacy parameter(s) are not currently managed by Alignak:"

_LEVELS: Final = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING"}
_NO_TYPE: Final = ""
_FIRST: Final = (Role.ARBITER.value, "module")
"""The types that are made before the others: who reads the configuration, and with what."""
_PART_OF: Final = {"hostescalation": "escalation", "serviceescalation": "escalation"}
"""The types that are checked as what they are made into."""
_DAEMONS: Final = (Role.ARBITER, Role.RECEIVER, Role.REACTIONNER, Role.POLLER, Role.BROKER, Role.SCHEDULER)
"""The order in which daemons are listed."""


def report(environment: Environment, loaded: Loaded, arbiter: str = "", split: Split | None = None) -> list[Line]:
    """Return the report of a configuration, the verdict last.

    ``arbiter`` is who checked it, ``split`` how its hosts would be shared out.
    """
    config, split = loaded.config, split or Split()
    lines = [*_reading(environment, loaded), *_creating(loaded, arbiter), *_preparing(loaded)]
    lines += _checking(environment, loaded)
    if config is not None:
        said = {each.message for each in loaded.diagnostics}
        lines += splitting(config, split)
        lines += [
            ("ERROR" if each.is_error else "WARNING", each.message)
            for each in split.troubles
            if each.message not in said
        ]
        lines += _daemons(config)
    return [*lines, *verdict(loaded, arbiter, split)]


def verdict(loaded: Loaded, arbiter: str = "", split: Split | None = None) -> list[Line]:
    """Return the last lines: whether the configuration can be used, else which check it failed."""
    if loaded.config is None:
        return [("ERROR", BAIL_OUT), ("ERROR", PROBLEMS.format("first")), *_bailing_out()]
    if split is not None and split.error_count:
        return [("ERROR", PROBLEMS.format("second")), *_bailing_out()]
    return [("INFO", THINGS_LOOK_OKAY), ("INFO", f"Arbiter {arbiter} checked the configuration")]


def _bailing_out() -> list[Line]:
    return [("ERROR", "Sorry, I bail out, exit code: 1")]


def _reading(environment: Environment, loaded: Loaded) -> Iterator[Line]:
    yield "INFO", f"Loading monitored system configuration from legacy files: {list(environment.cfg_files)}"
    yield "INFO", "Reading the configuration cfg_files..."
    for each in loaded.files:
        yield "INFO", f"- opening '{each}' configuration file"


def _creating(loaded: Loaded, arbiter: str) -> Iterator[Line]:
    """Yield what was made of each type."""
    yield "INFO", "Creating objects..."
    for name in _FIRST:
        yield from _created(name, loaded)
    yield "INFO", "Done"
    daemons = loaded.config.daemons if loaded.config is not None else ()
    if any(each.role is Role.ARBITER and each.name == arbiter for each in daemons):
        yield "INFO", f"I found myself in the configuration: {arbiter}"
    yield "INFO", "Creating objects..."
    yield "INFO", "- creating internally defined commands..."
    for name in OBJECT_TYPES:
        if name not in _FIRST:
            yield from _created(name, loaded)
    yield "INFO", "Done"


def _created(name: str, loaded: Loaded) -> Iterator[Line]:
    yield "INFO", f"- creating '{name}' objects"
    if templates := loaded.templates.get(name):
        yield "INFO", f"    indexed {templates} template(s)"
    count = loaded.created.get(name, 0)
    yield "INFO", f"    created {count} {name}(s)." if count else "  none."


def _preparing(loaded: Loaded) -> Iterator[Line]:
    """Yield the realms, and the parameters of which nothing comes."""
    yield "INFO", "Preparing configuration..."
    if loaded.config is not None:
        yield "INFO", "Known realms:"
        for realm in loaded.config.realms:
            yield "INFO", f"- {realm.name}"
    unmanaged = [each for each in loaded.diagnostics if each.object.startswith(f"{PARAMETER}::")]
    if unmanaged:
        yield "WARNING", UNMANAGED
    for each in unmanaged:
        yield "WARNING", f"- {each.object.partition('::')[2]}: {each.message}; from: {each.place}"
    if unmanaged:
        yield "WARNING", "Those are unmanaged configuration statements, do you really need it?"


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
    counts: dict[str, int] = {}
    for kind, count in loaded.created.items():
        counts[_PART_OF.get(kind, kind)] = counts.get(_PART_OF.get(kind, kind), 0) + count
    for each in sorted(OBJECT_TYPES.values(), key=lambda each: each.plural):
        if each.name not in _PART_OF:
            yield "INFO", f"- checking {each.plural}..."
            yield "INFO", f"  checked {counts[each.name]}" if counts.get(each.name) else "  none"
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
            yield "ERROR", _refusal(about, wrong)


def _refusal(about: str, wrong: Diagnostic) -> str:
    """Return what is said of an object with errors; of a time period the reference says it in other words."""
    if about.startswith("timeperiod::"):
        return f"Configuration in {about} is incorrect; from: {wrong.place}"
    return f"[{about}] Configuration is incorrect; from: {wrong.place}"


def _by_type(problems: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for each in problems:
        kind = each.object.partition("::")[0]
        kind = _PART_OF.get(kind, kind)
        if kind != PARAMETER:
            found.setdefault(kind if kind in OBJECT_TYPES else _NO_TYPE, []).append(each)
    return found


def _daemons(config: CompiledConfig) -> Iterator[Line]:
    yield "INFO", "Alignak configured daemons check:"
    for each in sorted(config.daemons, key=lambda each: _DAEMONS.index(each.role)):
        yield "INFO", f"- found {each.name}, to be launched: {each.alignak_launched}, address: {each.uri}"
