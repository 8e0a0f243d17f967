"""Commands as they would be run, as far as the configuration decides it, with nothing secret in them.

``alignak config show`` prints them; the macros are expanded by the engine's own table.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from alignak.base.clock import Instant
from alignak.base.ids import host_key
from alignak.config.comparing import call_text
from alignak.engine import macros
from alignak.engine.attributes import masked
from alignak.engine.handlers import event_handler_of
from alignak.engine.macro_table import Scope
from alignak.engine.state import EngineState, Item, World
from alignak.model.objects import Checkable, CommandCall
from alignak.model.snapshot import CompiledConfig, Part

_NEVER = Instant(0.0, 0.0)
"""No macro that is expanded here depends on the time."""


class Preview(Struct, frozen=True):
    """One command of an object."""

    call: str
    """As it is written: ``check_ping!100!20``."""
    line: str
    """The line of the command; empty when the command is not defined."""
    expanded: str
    """Macros that are decided when it runs stand in it as they are written."""
    unknown: tuple[str, ...] = ()
    """Macros that nothing provides: they become nothing."""


class Previews:
    """Expand the commands of one object."""

    def __init__(self, config: CompiledConfig, item: Checkable) -> None:
        """Make a small world for the object: all hosts, and its own service."""
        services = (item,) if item.description else ()
        part = Part(
            "",
            config.host_realms.get(item.host_name, ""),
            config.name,
            config.settings,
            config.macros,
            replace(config.objects, services=services, rules=(), dependencies=()),
        )
        self._world = World(part, {}, EngineState())
        self._item: Item = self._world.items[item.key if item.description else host_key(item.host_name)]

    def event_handler(self) -> CommandCall | None:
        """Return the event handler of the object, or the global one."""
        return event_handler_of(self._world, self._item)

    def of(self, call: CommandCall) -> Preview:
        """Return a command with what the configuration says of its macros."""
        command = self._world.commands.get(call.name)
        scope = Scope(self._world, self._item, _NEVER, call)
        line = command.line if command is not None else call.name
        text, unknown = macros.preview(scope, line, masked)
        return Preview(call_text(call), line if command is not None else "", text, tuple(unknown))


def plain_line(line: str, values: Mapping[str, str]) -> str:
    """Return a command line with the global macros in it expanded, for a command that nobody calls yet."""
    for name, value in values.items():
        line = line.replace(f"${name}$", masked(name, value))
    return line
