"""The environment file ``alignak.ini``: who runs where, with which parameters (configuration.md 3.1).

Every program reads it first: a daemon for its own process, the arbiter for everything, ``alignak`` for its exports.
``%(name)s`` interpolates, ``%%`` is a percent sign, and every ``*.ini`` below ``alignak.d/`` beside the file is merged
into it, in the order of their names; a key read later overrides.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath
from shlex import quote
from typing import Final

import msgspec
from msgspec import Struct, field

from alignak import __version__
from alignak.base.errors import ConfigurationError
from alignak.config.diagnostics import Diagnostics, Place, shown
from alignak.config.sources import Files, decode, reason
from alignak.config.values import FALSE, Unreadable, Value, convert, type_of
from alignak.model.processes import PATHS, ProcessSettings
from alignak.model.topology import DEFAULT_PORTS, Module, Role

GLOBAL_SECTION: Final = "alignak-configuration"
EXTENSIONS: Final = "alignak.d"

MOST_SECTIONS: Final = 2_000
"""How many sections there may be: bounds, as the next two, what a small hostile file can cost."""

MOST_VALUES: Final = 200_000
"""How many values sections may inherit in all."""

MOST_TEXT: Final = 20_000_000
"""How many characters the values of all sections may have."""

_SECTION: Final = re.compile(r"\[(.+)\]")
_KEY: Final = re.compile(r"([^\s=:#;][^=:]*?)\s*[=:]")
_REFERENCE: Final = re.compile(r"%\(([^)]+)\)s")
_NOT_ALPHANUMERIC: Final = re.compile(r"[^A-Za-z0-9]+")


class DaemonSection(Struct, frozen=True):
    """A ``[daemon.x]`` section: its keys and those of ``[DEFAULT]``."""

    section: str
    name: str
    type: str
    values: Mapping[str, str]


class Environment(Struct, frozen=True):
    """What an environment file and its extensions say; interpolation is done, values are still text."""

    path: str
    sections: Mapping[str, Mapping[str, str]]
    """Section -> key -> value, ``[DEFAULT]`` repeated in each."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    """(section, key) -> where it was last set; ("section", "") is the section's first line."""
    read: tuple[str, ...] = ()
    """The files that were read."""
    warnings: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Return the folder that relative paths count from."""
        return dirname(self.path) or "."

    @property
    def globals(self) -> Mapping[str, str]:
        """Return the global parameters."""
        return self.sections.get(GLOBAL_SECTION, {})

    @property
    def macros(self) -> dict[str, str]:
        """Return the macros, without their dollars, that ``_name``, ``_name_`` and ``$NAME$`` keys define."""
        packs = [values for section, values in self.sections.items() if section.startswith("pack.")]
        found: dict[str, str] = {}
        for values in (self.defaults, *packs, self.globals):
            found.update({macro_name(key): value for key, value in values.items() if is_macro(key)})
        return found

    @property
    def cfg_files(self) -> tuple[str, ...]:
        """Return the object files named by ``cfg…`` keys, as absolute as the environment file's own path."""
        named = (value.strip() for key, value in self.globals.items() if key.startswith("cfg"))
        return tuple(normpath(join(self.folder, value)) for value in named if value)

    @property
    def daemons(self) -> tuple[DaemonSection, ...]:
        """Return the daemons' sections, in order."""
        return tuple(
            DaemonSection(section, values.get("name") or section[7:], values.get("type", ""), values)
            for section, values in self.sections.items()
            if section.startswith("daemon.")
        )

    @property
    def modules(self) -> tuple[Module, ...]:
        """Return the modules that are enabled, in order."""
        return tuple(module for module, is_enabled in self._modules() if is_enabled)

    @property
    def disabled_modules(self) -> frozenset[str]:
        """Return the names of the modules that are switched off."""
        return frozenset(module.name for module, is_enabled in self._modules() if not is_enabled)

    def _modules(self) -> list[tuple[Module, bool]]:
        return [
            (self._module(section, values), values.get("enabled", "1").strip().lower() not in FALSE)
            for section, values in self.sections.items()
            if section.startswith("module.")
        ]

    def _module(self, section: str, values: Mapping[str, str]) -> Module:
        types = values.get("types") or values.get("type", "")
        own = self._own(section)
        return Module(
            name=values.get("name") or values.get("module_alias") or section[7:],
            python_name=values.get("python_name", ""),
            types=tuple(each.strip() for each in types.split(",") if each.strip()),
            options={key: value for key, value in values.items() if key in own},
        )

    def _own(self, section: str) -> frozenset[str]:
        return frozenset(key for where, key in self.places if where == section and key)

    def place(self, section: str, key: str = "") -> Place:
        """Return where a key of a section, or of ``[DEFAULT]``, was set; the section when the key is nowhere."""
        for each in ((section, key), ("DEFAULT", key), (section, "")):
            if each in self.places:
                return self.places[each]
        return Place(self.path)

    def process(self, name: str) -> ProcessSettings:
        """Return the settings of the daemon of that name; ConfigurationError when there is none or a value is bad."""
        daemons = self.daemons
        found = next((each for each in daemons if each.name == name), None)
        if found is None:
            known = [each.name for each in daemons]
            hint = Diagnostics().nearest(name, known)
            raise ConfigurationError(
                f"no daemon is named '{name}' in {self.path}{hint or '.'} Known daemons: {', '.join(known) or 'none'}"
            )
        return _process(self, found)

    def exports(self) -> list[str]:
        """Return the lines the historical ``alignak`` tool prints for shells."""
        lines = [f"Loading configuration files: {list(self.read)} "]
        for section, values in self.sections.items():
            for key, value in values.items():
                variable = _NOT_ALPHANUMERIC.sub("_", f"{section}_{key}").upper()
                lines.append(f"export {variable}={quote(value)}")
        return [*lines, f"export ALIGNAK_VERSION={__version__}"]


def is_macro(key: str) -> bool:
    """Tell whether a key defines a macro."""
    return key.startswith("_") or (key.startswith("$") and key.endswith("$") and len(key) > 2)


def macro_name(key: str) -> str:
    """Return the name of the macro a key defines."""
    return key.strip("_$").upper()


def read_environment(path: str, files: Files, overrides: Mapping[str, str] | None = None) -> Environment:
    """Return what an environment file says.

    ``overrides`` win over every file; their names are ``<section>.<key>``, or a key of ``[DEFAULT]`` alone.
    Raises ConfigurationError, with file and line, when a file is missing, is not an ini file or a value cannot be
    interpolated.
    """
    parser = configparser.ConfigParser(strict=False)
    places: dict[tuple[str, str], Place] = {}
    notes = Diagnostics()
    read = [path, *_extensions(path, files)]
    for each in read:
        _merge(parser, each, _text(each, files, notes), places)
    for name, value in (overrides or {}).items():
        _override(parser, name, value, places)
    _check_size(parser, path)
    sections = {section: _interpolated(parser, section, path, places) for section in parser.sections()}
    defaults = _interpolated(parser, parser.default_section, path, places)
    warnings = tuple(each.render() for each in notes.all())
    return Environment(path, sections, defaults, places, tuple(read), warnings)


def _extensions(path: str, files: Files) -> list[str]:
    folder = join(dirname(path), EXTENSIONS)
    if not files.is_dir(folder):
        return []
    try:
        return files.walk(folder, ".ini")
    except OSError as error:
        raise ConfigurationError(f"cannot open directory '{folder}' for reading: {reason(error)}") from error


def _text(path: str, files: Files, notes: Diagnostics) -> str:
    try:
        return decode(files.read(path), path, notes)
    except FileNotFoundError as error:
        raise ConfigurationError(f"* required configuration file does not exist: {path}") from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"cannot open file '{path}' for reading: {reason(error)}") from error


def _merge(parser: configparser.ConfigParser, path: str, text: str, places: dict[tuple[str, str], Place]) -> None:
    """Add a file to what the parser knows and note where each key stands."""
    try:
        parser.read_string(text, source=path)
    except configparser.MissingSectionHeaderError as error:
        raise ConfigurationError(
            f"{path}:{error.lineno}: a [section] is needed before: {error.line.strip()!r}"
        ) from error
    except configparser.ParsingError as error:
        lines = text.split("\n")
        where = ", ".join(f"{path}:{number}: {lines[number - 1].strip()!r}" for number, _ in error.errors)
        raise ConfigurationError(f"not 'key = value': {where}") from error
    except (configparser.Error, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    _note_places(path, text, places)


def _note_places(path: str, text: str, places: dict[tuple[str, str], Place]) -> None:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _SECTION.match(line.strip()):
            section = header.group(1)
            places.setdefault((section, ""), Place(path, number))
        elif key := _KEY.match(line):
            places[section, key.group(1).strip().lower()] = Place(path, number)


def _override(parser: configparser.ConfigParser, name: str, value: str, places: dict[tuple[str, str], Place]) -> None:
    section, _, key = name.rpartition(".")
    section = section or parser.default_section
    if section != parser.default_section and not parser.has_section(section):
        parser.add_section(section)
    places[section, key.lower()] = Place("overrides")
    parser.set(section, key, value.replace("%", "%%"))


def _check_size(parser: configparser.ConfigParser, path: str) -> None:
    """Refuse sections that inherit, or values that refer to, more than anybody needs."""
    defaults, count = parser.defaults(), len(parser.sections())
    if count > MOST_SECTIONS:
        raise ConfigurationError(f"{path}: there are {count} sections, at most {MOST_SECTIONS} are read: remove some")
    if count * len(defaults) > MOST_VALUES:
        raise ConfigurationError(
            f"{path}: {count} sections inherit {len(defaults)} values of [{parser.default_section}] each, which is more"
            f" than {MOST_VALUES} in all: move values to the sections that need them"
        )
    references: dict[str, list[str]] = {}
    total = 0
    for section in (*parser.sections(), parser.default_section):
        raw = defaults if section == parser.default_section else dict(parser.items(section, raw=True))
        lengths: dict[tuple[str, int], int] = {}
        for key in raw:
            total += _full_length(key, raw, references, lengths, 0)
            if total > MOST_TEXT:
                raise ConfigurationError(
                    f"{path}: the values up to '{shown(key)}' in [{section}] have, once their %(references)s are"
                    f" replaced, more than {MOST_TEXT} characters: refer to shorter values"
                )


def _full_length(
    key: str,
    raw: Mapping[str, str],
    references: dict[str, list[str]],
    lengths: dict[tuple[str, int], int],
    depth: int,
) -> int:
    """Return how long a value is, at most, once its references are replaced; the parser refuses those too deep."""
    if depth > configparser.MAX_INTERPOLATION_DEPTH:
        return 0
    known = lengths.get((key, depth))
    if known is None:
        text = raw.get(key) or ""
        if text not in references:
            references[text] = _REFERENCE.findall(text.replace("%%", ""))
        inner = [_full_length(each.lower(), raw, references, lengths, depth + 1) for each in references[text]]
        known = lengths[key, depth] = len(text) + sum(inner)
    return known


def _interpolated(
    parser: configparser.ConfigParser, section: str, path: str, places: Mapping[tuple[str, str], Place]
) -> dict[str, str]:
    """Return the values of a section with their references replaced."""
    keys = parser.defaults() if section == parser.default_section else parser[section]
    values: dict[str, str] = {}
    for key in keys:
        try:
            values[key] = parser.get(section, key)
        except configparser.InterpolationError as error:
            where = places.get((section, key)) or places.get((parser.default_section, key)) or Place(path)
            problem = (
                f"nothing is named '{error.reference}' here"
                if isinstance(error, configparser.InterpolationMissingOptionError)
                else " ".join(str(error).split())
            )
            raise ConfigurationError(
                f"{where}: the value of '{key}' in [{section}] cannot be interpolated: {problem} (a percent sign alone"
                " is written %%)"
            ) from error
    return values


def _process(environment: Environment, daemon: DaemonSection) -> ProcessSettings:
    """Return the typed settings of a daemon, its paths made absolute."""
    known = {each.name: each.type for each in msgspec.structs.fields(ProcessSettings)}
    given: dict[str, Value] = {}
    problems: list[str] = []
    for key, text in daemon.values.items():
        if key in known and key != "extra":
            try:
                given[key] = convert(type_of(known[key]), text)
            except Unreadable as error:
                place = environment.place(daemon.section, key)
                problems.append(f"{place}: Error while pythonizing parameter '{key}': {error}")
    role = _role(environment, daemon, problems)
    if problems:
        raise ConfigurationError(
            f"the daemon '{daemon.name}' is misconfigured: " + "; ".join(problems), tuple(problems)
        )
    given |= {"name": daemon.name, "type": role.value, "env_filename": environment.path}
    given["port"] = given.get("port") or DEFAULT_PORTS[role]
    given |= _paths(environment.folder, daemon.name, given)
    extra = {key: text for key, text in daemon.values.items() if key not in known and not is_macro(key)}
    return msgspec.convert({**given, "extra": extra}, ProcessSettings)


def _role(environment: Environment, daemon: DaemonSection, problems: list[str]) -> Role:
    """Return what the daemon does, after noting the problem when that cannot be told."""
    try:
        return Role(daemon.type)
    except ValueError:
        place = environment.place(daemon.section, "type")
        problems.append(f"{place}: the type '{daemon.type}' is none of {', '.join(each.value for each in Role)}")
        return Role.ARBITER


def _paths(folder: str, name: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the paths of a daemon, absolute where the environment file's folder is."""

    def absolute(key: str, base: str, default: str) -> str:
        value = str(given.get(key) or default)
        return normpath(join(base, value)) if value else ""

    fields: dict[str, str] = {each.name: str(each.default) for each in msgspec.structs.fields(ProcessSettings)}
    paths: dict[str, Value] = {key: absolute(key, folder, fields[key]) for key in PATHS}
    paths["state_dir"] = absolute("state_dir", folder, str(paths["vardir"]))
    paths["command_file"] = absolute("command_file", str(paths["workdir"]), "")
    paths["pid_filename"] = absolute("pid_filename", str(paths["workdir"]), f"{name}.pid")
    paths["log_filename"] = absolute("log_filename", str(paths["logdir"]), f"{name}.log")
    return paths
