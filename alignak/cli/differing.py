"""``alignak config diff``: what the files say that the running installation, or other files, do not.

Secrets are compared by their marks (``daemons.veils``) and shown as nothing but changed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any, Final

from msgspec import Struct

from alignak.api.arbiter import RunningConfiguration
from alignak.base.codec import Json, decode, encode
from alignak.base.errors import (
    AlignakError,
    BadRequestError,
    ConfigurationError,
    PeerTimeoutError,
    PeerUnreachableError,
)
from alignak.cli import output
from alignak.cli.asking import Asker
from alignak.cli.explained import short
from alignak.cli.reloads import Reload, reload
from alignak.cli.showing import explainer_of
from alignak.config.comparing import RULE, Change, Changed, Comparison, compare
from alignak.config.explain import Explainer
from alignak.config.origins import Origin
from alignak.daemons.veils import unmarked, veiled
from alignak.dispatch.planner import Placement
from alignak.model.snapshot import CompiledConfig

DIFFERENT: Final = output.PROBLEM
TROUBLE: Final = output.USAGE

FIRST: Final = 5
"""How many names stand for many."""

MOST_EXPLAINED: Final = 200
"""How many changed properties are explained by the lines they come from."""

MOST_ITEMS: Final = 4
"""How many items of a list are shown; of a longer one, those that came and went."""

_BY_OTHER_NAMES: Final = {"dependency", RULE}


class Sides(Struct, frozen=True):
    """The two configurations, their files named from their folders, and who explains those that are at hand."""

    old: CompiledConfig
    new: CompiledConfig
    old_folder: str
    new_folder: str
    explains_old: Explainer | None
    explains_new: Explainer
    placement: Placement | None = None
    absent: tuple[str, ...] = ()


def run(given: argparse.Namespace) -> int:
    """Compare and tell; 0 when both say the same, 1 when not, 2 or more when that cannot be told."""
    try:
        sides = offline(given) if given.against else with_what_runs(given)
    except (PeerUnreachableError, PeerTimeoutError, BadRequestError):
        raise
    except AlignakError as error:  # 1 would say that there are differences
        output.complain(error.message)
        for line in error.diagnostics if isinstance(error, ConfigurationError) else ():
            print(line, file=sys.stderr)
        return TROUBLE
    found = compare(sides.old, sides.new)
    would = reload(sides.old, sides.new, found, sides.placement, sides.absent)
    told = document(sides, found, would)
    output.show(told, given.output, lambda: "\n".join(lines(told)))
    return output.OK if found.is_equal else DIFFERENT


def with_what_runs(given: argparse.Namespace) -> Sides:
    """Return the files as they are now, and what the arbiter runs."""
    explainer = explainer_of(given.environment, given.arbiter)
    running: RunningConfiguration = Asker.from_arguments(given).ask("running_configuration")
    folders = os.path.dirname(running.environment), _folder(given.environment)
    return Sides(
        _within(folders[0], running.config),
        _within(folders[1], veiled(explainer.config, running.salt)),
        *folders,
        None,
        explainer,
        running.placement,
        running.absent,
    )


def offline(given: argparse.Namespace) -> Sides:
    """Return the files, and other files as the older side."""
    salt = token_hex(8)
    before, after = explainer_of(given.against, ()), explainer_of(given.environment, given.arbiter)
    folders = _folder(given.against), _folder(given.environment)
    old, new = (
        _within(folder, veiled(each.config, salt)) for folder, each in zip(folders, (before, after), strict=True)
    )
    return Sides(old, new, *folders, before, after)


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _within(folder: str, config: CompiledConfig) -> CompiledConfig:
    """Return a configuration as if it was sent, the places below a folder without it.

    One tree of files then says the same as its copy elsewhere, and 3 is 3.0 where a float is meant.
    """
    key = b'"imported_from":'
    prefix = encode(f"{folder.rstrip('/')}/")[:-1]
    return decode(encode(config).replace(key + prefix, key + b'"'), CompiledConfig)


# As a document ----------------------------------------------------------------------------------------------------


def document(sides: Sides, found: Comparison, would: Reload) -> dict[str, Any]:
    """Return what differs for programs."""
    explain = _Explaining(sides)
    return {
        "equal": found.is_equal,
        "added": _listed(found.added, sides.new_folder),
        "removed": _listed(found.removed, sides.old_folder),
        "changed": [_changed(each, sides, explain) for each in found.changed],
        "moved": found.moved,
        "reload": {
            "problems": list(would.problems),
            "daemons": [
                {
                    "name": each.daemon,
                    "type": each.role,
                    "what": each.what,
                    "hosts": each.hosts,
                    "touched": each.touched,
                    "gone": each.gone,
                }
                for each in would.touches
            ],
        },
    }


def _listed(found: Mapping[str, Mapping[str, str]], folder: str) -> dict[str, list[dict[str, str]]]:
    return {
        kind: [{"name": name, "place": _whole(folder, place)} for name, place in sorted(those.items())]
        for kind, those in found.items()
    }


def _whole(folder: str, place: str) -> str:
    """Return a place with the folder it counts from."""
    return os.path.join(folder, place) if place else ""


def _changed(found: Changed, sides: Sides, explain: _Explaining) -> dict[str, Any]:
    return {
        "type": found.type,
        "count": len(found.names),
        "names": list(found.names),
        "old_place": _whole(sides.old_folder, found.old_place),
        "new_place": _whole(sides.new_folder, found.new_place),
        "changes": [_change(found, each, explain) for each in found.changes],
    }


def _change(found: Changed, change: Change, explain: _Explaining) -> dict[str, Any]:
    return {
        "name": change.name,
        "old": unmarked(change.old),
        "new": unmarked(change.new),
        "was": explain.before(found, change.name),
        "from": explain.after(found, change.name),
    }


class _Explaining:
    """Say which lines give a changed property its value, for the first of the objects that changed alike."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._left = MOST_EXPLAINED
        self._known: dict[tuple[bool, str, str], Mapping[str, tuple[Origin, ...]]] = {}

    def before(self, found: Changed, key: str) -> list[dict[str, str]]:
        """Return where the old value stood, as far as the old files are at hand."""
        return self._lines(self._sides.explains_old, found, key)

    def after(self, found: Changed, key: str) -> list[dict[str, str]]:
        """Return where the new value stands."""
        return self._lines(self._sides.explains_new, found, key)

    def _lines(self, explainer: Explainer | None, found: Changed, key: str) -> list[dict[str, str]]:
        if explainer is None or found.type in _BY_OTHER_NAMES or self._left <= 0:
            return []
        kind, name = found.type, found.names[0]
        place = (explainer is self._sides.explains_new, kind, name)
        if place not in self._known:
            self._left -= 1
            explained = explainer.explain(kind, name)
            properties = explained.properties if explained is not None else ()
            self._known[place] = {each.name: each.origins for each in properties}
        wanted = name if key == "value" else key
        return [_line(each) for each in self._known[place].get(wanted, ()) if str(each.place)]


def _line(origin: Origin) -> dict[str, str]:
    """Return where a line stands, and whose it is: a template's, or that of another object."""
    who = f"template {' <- '.join(origin.chain)}" if origin.chain else origin.who
    return {"who": who, "place": str(origin.place)}


# As text ----------------------------------------------------------------------------------------------------------


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs for people."""
    for sign, key in (("+", "added"), ("-", "removed")):
        for kind, those in told[key].items():
            yield from _entries(sign, kind, those)
    for each in told["changed"]:
        yield f"~ {each['type']} {_names(each['names'])}"
        yield from _places(each)
        for change in each["changes"]:
            yield from _change_lines(change)
    if told["equal"]:
        yield "Both say the same."
    if told["moved"]:
        yield f"{told['moved']} host(s) or service(s) say the same from another line of their file."
    yield from _reload_lines(told["reload"])


def _entries(sign: str, kind: str, those: list[Mapping[str, str]]) -> Iterator[str]:
    """Yield the objects of a type that came or went: each with its place, or the first of many."""
    if len(those) > 2 * FIRST:
        yield f"{sign} {kind} {_names([each['name'] for each in those])}"
        return
    for each in those:
        yield f"{sign} {kind} {each['name']}  {short(each['place'])}".rstrip()


def _names(names: list[str]) -> str:
    if len(names) <= FIRST:
        return ", ".join(names)
    return f"{', '.join(names[:FIRST])} and {len(names) - FIRST} more ({len(names)} in all)"


def _places(changed: Mapping[str, Any]) -> Iterator[str]:
    old, new = short(changed["old_place"]), short(changed["new_place"])
    if new:
        yield f"    defined at {new}" if old in (new, "") else f"    defined at {new}, before at {old}"


def _change_lines(change: Mapping[str, Any]) -> Iterator[str]:
    old, new = change["old"], change["new"]
    if isinstance(old, list) and isinstance(new, list) and max(len(old), len(new)) > MOST_ITEMS:
        gone = [f"-{each}" for each in old if each not in frozenset(map(str, new))]
        fresh = [f"+{each}" for each in new if each not in frozenset(map(str, old))]
        yield f"    {change['name']}: {_names([*fresh, *gone]) or 'the same in another order'}"
    elif old == new:
        yield f"    {change['name']}: changed, not shown because it is secret"
    else:
        yield f"    {change['name']}: {_text(old)} -> {_text(new)}"
    for key in ("was", "from"):
        for each in change[key]:
            yield "        " + "  ".join(filter(None, (key, each["who"], short(each["place"]))))


def _text(value: Json) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:g}"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _reload_lines(would: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    if would["problems"]:
        yield "A reload would be refused:"
        yield from (f"  {each}" for each in would["problems"])
        return
    touched = [each for each in would["daemons"] if each["what"] != "nothing"]
    yield "A reload would touch:" if touched else "A reload would touch nothing."
    yield from (f"  {each['type']} {each['name']}: {each['what']}{_hosts(each)}" for each in touched)
    rest = [each["name"] for each in would["daemons"] if each["what"] == "nothing"]
    if rest and touched:
        yield f"and not: {', '.join(rest)}"


def _hosts(each: Mapping[str, Any]) -> str:
    if each["type"] != "scheduler":
        return ""
    gone = f", {each['gone']} go" if each["gone"] else ""
    return f", {each['touched']} of {each['hosts']} hosts touched{gone}"
