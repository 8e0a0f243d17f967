"""From an environment to a frozen configuration, or to everything that is wrong with it.

The arbiter, ``-V`` and ``reload_configuration`` call ``load``. It never raises for what the files say: problems are
diagnostics, and a configuration with errors is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from alignak.config.assembly import Assembler
from alignak.config.daemons import check_tags, compile_daemons, with_missing
from alignak.config.diagnostics import Diagnostic, Diagnostics, Place, TooManyErrors, shown
from alignak.config.environment import Environment
from alignak.config.expand import unique
from alignak.config.given import merged
from alignak.config.includes import Library, Parsed, gather
from alignak.config.inherit import Inheritance
from alignak.config.keeping import as_before
from alignak.config.modules import compile_modules
from alignak.config.parser import Definition
from alignak.config.realms import check_packs, compile_realms
from alignak.config.settings import check_commands, read_settings
from alignak.config.sources import Files
from alignak.config.tables import OBJECT_TYPES
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role


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


def load(
    environment: Environment,
    files: Files,
    extra: Sequence[str] = (),
    library: Library | None = None,
    given: Sequence[Definition] = (),
) -> Loaded:
    """Return the compiled configuration of an environment; ``extra`` names more main object files.

    ``library`` remembers what files said for the next time; ``given`` is what modules add, or change of what files say.
    """
    diagnostics = Diagnostics()
    run = _Run(environment, diagnostics, library or Library())
    try:
        run.read(files, extra, given)
        run.compile()
    except TooManyErrors:
        pass  # it is among them
    return Loaded(
        config=run.config,
        diagnostics=diagnostics.all(),
        error_count=diagnostics.error_count,
        warning_count=diagnostics.warning_count,
        created=run.created,
        templates=run.templates,
        files=tuple(run.parsed.files),
    )


class _Run:
    """One reading of everything, as far as it came."""

    def __init__(self, environment: Environment, diagnostics: Diagnostics, library: Library) -> None:
        self.parsed = Parsed()
        self.config: CompiledConfig | None = None
        self.created: Mapping[str, int] = {}
        self.templates: Mapping[str, int] = {}
        self._environment = environment
        self._diagnostics = diagnostics
        self._library = library

    def read(self, files: Files, extra: Sequence[str], given: Sequence[Definition]) -> None:
        """Read the files."""
        environment, diagnostics = self._environment, self._diagnostics
        for each in environment.warnings:
            diagnostics.warning(each)
        mains = [*environment.cfg_files, *extra]
        if not mains:
            message = "no object file is named: add cfg=<file> to [alignak-configuration], or give one with -a"
            diagnostics.error(message, Place(environment.path))
        self.parsed = gather(mains, files, diagnostics, self._library)
        self.parsed.definitions = merged(self.parsed.definitions, given)

    def compile(self) -> None:
        """Make a configuration of what the files say."""
        diagnostics, library = self._diagnostics, self._library
        settings, macros = read_settings(self._environment, self.parsed.parameters, diagnostics)
        compiler = _Compiler(self._environment, settings, macros, self.parsed, diagnostics, library=library)
        seasons = {name: each.season for name, each in compiler.types.items()}
        library.ground.begin((settings, macros), {name: each for name, each in seasons.items() if name != "host"})
        library.seasons = seasons
        self.created = compiler.created
        self.templates = {name: each.template_count for name, each in compiler.types.items()}
        config = compiler.config()
        self.created = compiler.created
        if not diagnostics.error_count:
            if library.objects is not None:
                config = replace(config, objects=as_before(library.objects, config.objects))
            library.objects = config.objects
            self.config = config


class _Compiler:
    """Hold what the steps of one compilation share."""

    __slots__ = (
        "_diagnostics",
        "_environment",
        "_ground",
        "_macros",
        "_objects",
        "_parameters",
        "_settings",
        "created",
        "types",
    )

    def __init__(
        self,
        environment: Environment,
        settings: Settings,
        macros: Mapping[str, str],
        parsed: Parsed,
        diagnostics: Diagnostics,
        *,
        library: Library,
    ) -> None:
        self._environment = environment
        self._parameters = parsed.parameters
        self._settings = settings
        self._macros = macros
        self._diagnostics = diagnostics
        self._ground = library.ground
        by_type = _by_type(parsed.definitions, diagnostics)
        self.types = {
            name: Inheritance(type_, by_type[name], diagnostics, library.seasons.get(name))
            for name, type_ in OBJECT_TYPES.items()
        }
        self._objects = {name: list(each.objects()) for name, each in self.types.items()}
        self.created = {name: len(objects) for name, objects in self._objects.items()}

    def config(self) -> CompiledConfig:
        """Return the configuration; what is wrong with it is in the diagnostics."""
        settings, diagnostics = self._settings, self._diagnostics
        realms = compile_realms(unique("realm", self._objects["realm"], diagnostics), diagnostics)
        assembler = Assembler(self.types, self._objects, settings, self._macros, diagnostics, ground=self._ground)
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
        return CompiledConfig(
            name=settings.alignak_name or next((each.name for each in daemons), "Alignak"),
            settings=settings,
            macros=self._macros,
            objects=found.objects,
            realms=realms,
            daemons=daemons,
            modules=compile_modules(self._environment, self._objects["module"], daemons, diagnostics),
            host_realms=found.realms_of,
        )


def _by_type(definitions: Sequence[Definition], diagnostics: Diagnostics) -> dict[str, list[Definition]]:
    """Return the definitions of each known type; those of unknown types are ignored with a remark."""
    found: dict[str, list[Definition]] = {name: [] for name in OBJECT_TYPES}
    for kind, those in groupby(definitions, attrgetter("type")):
        if kind in found:
            found[kind] += those
            continue
        for each in those:
            hint = diagnostics.nearest(kind, OBJECT_TYPES)
            message = f"'define {shown(kind)}' defines no known type of object, it is ignored{hint}"
            diagnostics.warn_once(f"type {kind}", message, each.place)
    return found
