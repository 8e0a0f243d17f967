"""From what a source says to the files of an equivalent tree; ``alignak import`` writes them.

A file of the user's that needs no change is copied byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from alignak.config.diagnostics import Place
from alignak.config.environment import is_macro
from alignak.config.foreign import daemons, defaults, directives, modules, parameters
from alignak.config.foreign.daemons import Section
from alignak.config.foreign.defaults import Addition
from alignak.config.foreign.editing import Edits
from alignak.config.foreign.findings import Findings, Weight
from alignak.config.foreign.naming import ENVIRONMENT, MACROS, MAIN
from alignak.config.foreign.parameters import PROCESS, Setting
from alignak.config.foreign.reading import INCLUDES as NAMES_FILES
from alignak.config.foreign.reading import NESTED, Include, Kind, Source, SourceFile, Statement
from alignak.config.parser import Definition, Parameter
from alignak.config.tables import OBJECT_TYPES


class Output(Struct, frozen=True):
    """A file to write."""

    target: str
    """Its path below the folder of the tree."""
    text: str
    source: str = ""
    """The file it was made from; empty for one that is new."""
    is_copy: bool = False
    """Whether the bytes of the source are to be written as they are."""
    is_private: bool = False
    """Whether nobody but its owner may read it."""


class Translation(Struct, frozen=True):
    """A tree to write."""

    outputs: Sequence[Output]
    folders: Sequence[str]
    defined: Mapping[str, int]
    """Type -> how many objects the source defines, templates apart."""


_DIRECTORIES: Final = """\
etcdir=.
vardir=/var/lib/alignak
workdir=/run/alignak
logdir=/var/log/alignak
user=alignak
group=alignak

# Beyond loopback a daemon asks for TLS and keys, and does not start without them.
host=127.0.0.1
address=127.0.0.1
log_level=INFO
"""

_HANDLERS: Final = {"host": "global_host_event_handler", "service": "global_service_event_handler"}


def translate(source: Source, findings: Findings) -> Translation:
    """Return the tree that means what the source means."""
    settings = parameters.translate(source.parameters, source.kind, findings)
    handled = [type_ for type_, key in _HANDLERS.items() if key in settings and settings[key].value]
    unloaded = list(modules.leave_out(source.definitions, findings))
    dropped = {id(each) for each in unloaded}
    known = [
        modules.module_name(each) for each in source.definitions if each.type == "module" and id(each) not in dropped
    ]
    sections = daemons.sections(source.definitions, known, findings)
    directives.remark(source.definitions, findings)
    adding = list(defaults.additions(source.definitions, source.kind, handled))
    _tell_additions(adding, source.kind, findings)
    by_file: dict[str, list[Addition]] = {}
    for each in adding:
        by_file.setdefault(each.definition.file, []).append(each)
    written = [_file(each, source.kind, dropped, by_file.get(each.path, ()), findings) for each in source.files]
    macros = [_macros(source)] if source.macros else []
    return Translation(
        outputs=[_environment(source, settings.values(), sections), _main(source), *macros, *written],
        folders=source.folders,
        defined=_counts(source.definitions),
    )


def _counts(definitions: Iterable[Definition]) -> dict[str, int]:
    found = dict.fromkeys(OBJECT_TYPES, 0)
    for each in definitions:
        if each.type in found and not defaults.is_template(each):
            found[each.type] += 1
    return {type_: count for type_, count in found.items() if count}


def _tell_additions(adding: Iterable[Addition], kind: Kind, findings: Findings) -> None:
    for each in adding:
        message = f"added with what {kind.value} takes where nothing is said: {each.value}{each.meaning}"
        findings.add(Weight.CHANGED, each.key, message, each.definition.place)


def _environment(source: Source, settings: Iterable[Setting], sections: Iterable[Section]) -> Output:
    """Return the environment file."""
    settings = list(settings)
    lines = [
        f"# Made from {', '.join(source.mains)} ({source.kind.value}).",
        "",
        "[DEFAULT]",
        f"alignak_name={source.kind.value}",
        _DIRECTORIES,
        *(line for each in settings if each.key in PROCESS for line in _lines(each)),
        "",
        "[alignak-configuration]",
        f"cfg={MAIN}",
        "",
        *(line for each in settings if each.key not in PROCESS for line in (*_lines(each), "")),
        *(line for each in sections for line in (*_section(each), "")),
    ]
    return Output(ENVIRONMENT, "\n".join(lines))


def _lines(setting: Setting) -> list[str]:
    came_from = [f"# from {setting.place}"] if setting.place.file else []
    return [*_commented(setting.comments), *came_from, f"{setting.key}={setting.value.replace('%', '%%')}"]


def _commented(comments: Iterable[str]) -> list[str]:
    """Return comment lines so that an ini file knows them as such."""
    return [line if line.startswith("#") else f"#{line}" if line else "" for line in comments]


def _section(section: Section) -> list[str]:
    name = section.name.replace("]", "_")
    came_from = [f"# from {section.place}"] if section.place else []
    fixed = {"type": section.role.value, "name": section.name}
    values = {**fixed, **section.values}
    return [*came_from, f"[daemon.{name}]", *(f"{key}={value.replace('%', '%%')}" for key, value in values.items())]


def _main(source: Source) -> Output:
    """Return the main object file: the includes of the source in their order."""
    lines = ["# What is monitored; the paths are relative to this file."]
    if source.macros:
        lines += ["", f"resource_file={MACROS}"]
    for each in source.includes:
        lines += ["", *each.comments, _include(each)]
    return Output(MAIN, "\n".join(lines) + "\n")


def _include(include: Include) -> str:
    target = include.target.replace(";", "\\;")
    return f"{include.key}={target}"


def _macros(source: Source) -> Output:
    """Return the macros that main files define, in a file of their own: there may be passwords among them."""
    lines = ["# Macros of the main file."]
    for each in source.macros:
        lines += ["", *each.comments, f"{each.key}={_guarded(each, source.kind)}"]
    return Output(MACROS, "\n".join(lines) + "\n", is_private=True)


def _guarded(parameter: Parameter | Statement, kind: Kind) -> str:
    r"""Return a value of Nagios' main and resource files, in which ``;`` is a character like others."""
    return parameter.value if kind is Kind.SHINKEN else parameter.value.replace(";", "\\;")


def _file(file: SourceFile, kind: Kind, dropped: set[int], adding: Iterable[Addition], findings: Findings) -> Output:
    """Return a file of the source as it is to be written."""
    edits = Edits(file.text)
    if file.is_resource and kind is not Kind.SHINKEN:
        _guard(file, edits, kind)
    else:
        _move_parameters(file, edits)
        _move_definitions(file, edits, dropped)
        _add(file, edits, adding, findings)
    text = edits.text()
    return Output(
        file.target,
        text,
        file.path,
        is_copy=file.is_utf8 and text == file.text,
        is_private=file.has_macros,
    )


def _guard(file: SourceFile, edits: Edits, kind: Kind) -> None:
    for each in file.parsed.parameters:
        guarded = _guarded(each, kind)
        if guarded != each.value:
            edits.replace(each.place.line, edits.statement_end(each.place.line), f"{each.key}={guarded}")


def _move_parameters(file: SourceFile, edits: Edits) -> None:
    """Make comments of parameters: the environment file has them, or the report tells of them."""
    for each in (*file.parsed.parameters, *file.parsed.includes):
        if not is_macro(each.key):
            line = each.place.line
            edits.comment_out(line, edits.statement_end(line), _whereabouts(each.key, file))


def _whereabouts(key: str, file: SourceFile) -> str:
    """Return where to look for what a line did."""
    if key not in NAMES_FILES:
        return f"See {ENVIRONMENT}."
    return f"See {MAIN}." if file.is_main or key in NESTED else "Nothing came of it: only main files may name others."


def _move_definitions(file: SourceFile, edits: Edits, dropped: set[int]) -> None:
    """Make comments of daemons, and of modules that cannot be loaded."""
    for each in file.parsed.definitions:
        if daemons.is_daemon(each):
            what = f"This {each.type} is a section of {ENVIRONMENT}."
        elif id(each) in dropped:
            what = "This module cannot be loaded."
        else:
            continue
        edits.comment_out(each.line, edits.definition_end(each), what)


def _add(file: SourceFile, edits: Edits, adding: Iterable[Addition], findings: Findings) -> None:
    for each in adding:
        line = edits.body_line(each.definition)
        if line is not None:
            edits.insert(line, f"{each.key}    {each.value}")
        else:
            place = Place(file.path, each.definition.line)
            findings.add(Weight.LOST, each.key, f"add '{each.key} {each.value}' to this definition", place)
