"""From an environment to a frozen configuration, or to everything that is wrong with it.

The arbiter, ``-V`` and ``reload_configuration`` call ``load``. It never raises for what the files say: problems are
diagnostics, and a configuration with errors is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from alignak.base import codec
from alignak.config.assembly import Assembler
from alignak.config.daemons import check_tags, compile_daemons, with_missing
from alignak.config.diagnostics import Diagnostic, Diagnostics, Place, shown
from alignak.config.environment import Environment
from alignak.config.expand import unique
from alignak.config.includes import Parsed, gather
from alignak.config.inherit import Inheritance
from alignak.config.modules import compile_modules
from alignak.config.parser import Definition
from alignak.config.realms import check_packs, compile_realms
from alignak.config.settings import check_commands, read_settings
from alignak.config.sources import Files
from alignak.config.tables import OBJECT_TYPES
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role

_IMPORTED_FROM: Final = re.compile(rb'"imported_from":"(?:[^"\\]|\\.)*"')


class Loaded(Struct, frozen=True):
    """What became of a configuration."""

    config: CompiledConfig | None
    """None when there are errors."""
    diagnostics: tuple[Diagnostic, ...]
    error_count: int
    """How many errors there are, those not kept in ``diagnostics`` included."""
    warning_count: int
    created: Mapping[str, int]
    """Object type -> how many objects of it there are, those made for others included."""
    templates: Mapping[str, int]
    """Object type -> how many templates."""
    files: tuple[str, ...]
    """The object files, in the order they were read."""


def load(environment: Environment, files: Files, extra: Sequence[str] = ()) -> Loaded:
    """Return the compiled configuration of an environment; ``extra`` names more main object files."""
    diagnostics = Diagnostics()
    for each in environment.warnings:
        diagnostics.warning(each)
    mains = [*environment.cfg_files, *extra]
    if not mains:
        message = "no object file is named: add cfg=<file> to [alignak-configuration], or give one with -a"
        diagnostics.error(message, Place(environment.path))
    parsed = gather(mains, files, diagnostics)
    settings, macros = read_settings(environment, parsed.parameters, diagnostics)
    compiler = _Compiler(environment, settings, macros, parsed, diagnostics)
    config = compiler.config()
    return Loaded(
        config=None if diagnostics.error_count else config,
        diagnostics=diagnostics.all(),
        error_count=diagnostics.error_count,
        warning_count=diagnostics.warning_count,
        created=compiler.created,
        templates={name: each.template_count for name, each in compiler.types.items()},
        files=tuple(parsed.files),
    )


def content_hash(config: CompiledConfig) -> str:
    """Return the hash of what a configuration means: the same for the same content, wherever in the files it stands."""
    return codec.digest(_IMPORTED_FROM.sub(b"", codec.encode(msgspec.structs.replace(config, hash=""))))


class _Compiler:
    """Hold what the steps of one compilation share."""

    __slots__ = ("_diagnostics", "_environment", "_macros", "_objects", "_parameters", "_settings", "created", "types")

    def __init__(
        self,
        environment: Environment,
        settings: Settings,
        macros: Mapping[str, str],
        parsed: Parsed,
        diagnostics: Diagnostics,
    ) -> None:
        self._environment = environment
        self._parameters = parsed.parameters
        self._settings = settings
        self._macros = macros
        self._diagnostics = diagnostics
        by_type = _by_type(parsed.definitions, diagnostics)
        self.types = {name: Inheritance(OBJECT_TYPES[name], by_type[name], diagnostics) for name in OBJECT_TYPES}
        self._objects = {name: list(each.objects()) for name, each in self.types.items()}
        self.created = {name: len(objects) for name, objects in self._objects.items()}
        for each in self.types.values():
            for _ in each.templates():
                pass  # a template nobody uses is checked as well

    def config(self) -> CompiledConfig:
        """Return the configuration; what is wrong with it is in the diagnostics."""
        settings, diagnostics = self._settings, self._diagnostics
        realms = compile_realms(unique("realm", self._objects["realm"], diagnostics), diagnostics)
        assembler = Assembler(self.types, self._objects, settings, self._macros, diagnostics)
        found = assembler.assemble(realms)
        self.created |= found.counts
        commands = {each.name for each in found.objects.commands}
        check_commands(settings, commands, self._environment, self._parameters, diagnostics)
        check_packs(found.objects, found.realms_of, diagnostics)
        daemons = compile_daemons(self._environment, self._objects, realms, diagnostics)
        daemons = with_missing(daemons, found.realms_of, realms, settings, diagnostics)
        check_tags(found.tags, daemons, diagnostics)
        for role in Role:
            self.created[role.value] = sum(1 for each in daemons if each.role is role)
        config = CompiledConfig(
            name=settings.alignak_name or next((each.name for each in daemons), "Alignak"),
            settings=settings,
            macros=self._macros,
            objects=found.objects,
            realms=realms,
            daemons=daemons,
            modules=compile_modules(self._environment, self._objects["module"], daemons, diagnostics),
            host_realms=found.realms_of,
        )
        return msgspec.structs.replace(config, hash=content_hash(config))


def _by_type(definitions: Sequence[Definition], diagnostics: Diagnostics) -> dict[str, list[Definition]]:
    """Return the definitions of each known type; those of unknown types are ignored with a remark."""
    found: dict[str, list[Definition]] = {name: [] for name in OBJECT_TYPES}
    for each in definitions:
        if each.type in found:
            found[each.type].append(each)
        else:
            hint = diagnostics.nearest(each.type, OBJECT_TYPES)
            message = f"'define {shown(each.type)}' defines no known type of object, it is ignored{hint}"
            diagnostics.warn_once(f"type {each.type}", message, each.place)
    return found
