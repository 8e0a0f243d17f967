"""The explanation of an object as text for people; ``explaining`` made the document.

Columns are as wide as what stands in them, so that the text can be searched, cut and compared with the usual tools.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

Row: TypeAlias = "tuple[str, ...]"

WIDEST: Final = 44
"""Columns a value may take before what comes from where goes further to the right."""

_HOW: Final = {"definition": "", "default": "default"}


def text_of(document: Mapping[str, Any]) -> str:
    """Return a document as text."""
    return "\n".join(_lines(document))


def short(place: str) -> str:
    """Return a place as it is seen from here: below this folder without it."""
    folder = os.getcwd().rstrip("/") + "/"
    return place.removeprefix(folder)


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    what = "template of a " if document["is_template"] else ""
    yield f"{what}{document['type']} {document['name']}"
    head: list[Row] = [("defined at", short(document["place"]) or "nowhere: it is made for others")]
    head += [("template", f"{each['name']}  {short(each['place'])}") for each in document["templates"]]
    head += [("on its host by", _from("", each)) for each in document.get("bound_by", ())]
    yield from columns(head)
    given = [each for each in document["properties"] if not _is_default(each)]
    defaults = [each for each in document["properties"] if _is_default(each)]
    yield from section("Properties", [row for each in given for row in _property(each)])
    yield from section("Defaults", [row for each in defaults for row in _property(each)])
    for key, tell in _SECTIONS.items():
        if key in document:
            yield from tell(document)


def _is_default(found: Mapping[str, Any]) -> bool:
    return all(each["how"] == "default" for each in found["from"])


def _property(found: Mapping[str, Any]) -> list[Row]:
    """Return a property in rows: one for it, more for further lines that add to it."""
    origins = found["from"]
    value = "null (taken away)" if found["is_taken_away"] else _value(found["value"])
    if len(origins) == 1 or not any(each["text"] for each in origins):
        return [(found["name"], value, _from(value, origins[0]))]
    rows: list[Row] = [(found["name"], value, "")]
    return rows + [("", f"  {each['text']}", _from("", each)) for each in origins]


def _value(value: object) -> str:
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(map(_value, value))
    return f"{value:g}" if isinstance(value, float) else str(value).replace("\n", " | ")


def _from(_: str, origin: Mapping[str, Any]) -> str:
    """Return where a line stands, the way from there to the object, and whose line it is."""
    how = _HOW.get(origin["how"], origin["how"])
    who = origin["who"]
    chain = " <- ".join(origin["chain"])
    words = (how, f"({who})" if how == "default" and who else who, chain if how != "template" else "")
    way = f"template {chain}" if how == "template" else " ".join(filter(None, words))
    if chain and how not in ("template", ""):
        way = f"{' '.join(filter(None, words[:2]))} template {chain}"
    return "  ".join(filter(None, (way, short(origin["place"]))))


def section(title: str, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a paragraph with a title and rows below it; nothing when there is no row."""
    rows = list(rows)
    if rows:
        yield ""
        yield title
        yield from columns(rows)


def columns(rows: list[Row]) -> Iterator[str]:
    """Yield rows indented, each column as wide as its widest text but the last."""
    count = max(map(len, rows))
    widths = [min(WIDEST, max(len(row[at]) for row in rows if len(row) > at)) for at in range(count)]
    for row in rows:
        cells = [text.ljust(widths[at]) for at, text in enumerate(row)]
        yield f"  {'  '.join(cells)}".rstrip()


# Sections of hosts and services -----------------------------------------------------------------------------------


def _commands(document: Mapping[str, Any]) -> Iterator[str]:
    titles = {
        "check_command": "Check command",
        "event_handler": "Event handler",
        "snapshot_command": "Snapshot command",
    }
    for key, found in document["commands"].items():
        rows: list[Row] = [("as written", found["call"])]
        rows += [("line", found["line"])] if found["line"] else []
        rows.append(("expanded", found["expanded"]))
        rows += [("not run", found["why_not"])] if found["why_not"] else []
        if found["unknown"]:
            rows.append(("no value for", " ".join(f"${name}$" for name in found["unknown"])))
        yield from section(titles[key], rows)


def _contacts(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = []
    if document["silence"]:
        rows.append(("nobody is told", document["silence"], ""))
    for each in document["contacts"]:
        ways = ["named"] if each["is_named"] else []
        ways += [f"in {group}" for group in each["through"]]
        rows.append((each["name"], ", ".join(ways), f"never: {each['why_not']}" if each["why_not"] else ""))
        rows += [("", way["name"], _way(way)) for way in each["ways"]]
    yield from section("Who is told", rows)


def _way(way: Mapping[str, Any]) -> str:
    if way["why_not"]:
        return f"never: {way['why_not']}"
    return (
        f"of {','.join(way['told_of'])} in {way['period'] or 'any time'} by {', '.join(way['commands']) or 'nothing'}"
    )


def _groups(document: Mapping[str, Any]) -> Iterator[str]:
    rows = [(each["name"], each["how"], _places(each["from"])) for each in document["groups"]]
    yield from section("Groups", rows)


def _places(origins: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(_from("", each) if "how" in each else short(each["place"]) for each in origins)


def _relations(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = []
    if document["realm"]:
        rows.append(("realm", document["realm"]))
    for key in ("parents", "children", "dependents"):
        if document[key]:
            rows.append((key, ", ".join(document[key])))
    for each in document["dependencies"]:
        checks, told = ",".join(each["execution_criteria"]), ",".join(each["notification_criteria"])
        period = f", in {each['period']}" if each["period"] else ""
        said = f"{each['on']}: not checked in {checks}, not told in {told}{period}"
        rows.append(("depends on", f"{said}  {short(each['place'])}"))
    yield from section("Relations", rows)


def _escalations(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = []
    for each in document["escalations"]:
        span = "time" if "first_notification_time" in each else ""
        first, last = (each[f"{end}_notification{'_time' if span else ''}"] for end in ("first", "last"))
        when = f"{span or 'notification'} {first} to {last or 'the end'}"
        rows.append((each["name"], f"{when}: {', '.join(each['contacts'])}", short(each["place"])))
    yield from section("Escalations", rows)


def _modulations(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = []
    for each in document["modulations"]:
        known = ("directive", "name", "period", "place")
        said = ", ".join(f"{key} {_value(value)}" for key, value in each.items() if key not in known)
        rows.append((each["name"], f"{said} in {each.get('period') or 'any time'}", short(each["place"])))
    yield from section("Modulations", rows)


def _rule(document: Mapping[str, Any]) -> Iterator[str]:
    rule = document["rule"]
    if rule:
        yield from section("Business rule", [(rule["text"],)])
        yield from (f"    {line}" for line in _tree(rule["tree"], 0))


def _tree(node: Any, depth: int) -> Iterator[str]:
    if isinstance(node, str):
        yield f"{'  ' * depth}{node}"
        return
    yield f"{'  ' * depth}{node[0]}"
    for each in node[1:]:
        yield from _tree(each, depth + 1)


# Sections of other objects ----------------------------------------------------------------------------------------


def _period(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = [("entry", each) for each in document["entries"]]
    rows += [("but not in", each) for each in document["exclude"]]
    yield from section("Times", rows)
    state = "active" if document["is_active"] else "inactive"
    changes: list[Row] = [("now", state, f"timezone {document['timezone']}")]
    changes += [(each["local"], f"becomes {each['becomes']}") for each in document["next_changes"]]
    yield from section("Next changes", changes)


def _ways(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = []
    for way in document["ways"]:
        for kind in ("host", "service"):
            options = ",".join(way.get(f"{kind}_notification_options", ()))
            commands = ", ".join(call[0] for call in way.get(f"{kind}_notification_commands", ()))
            period = way.get(f"{kind}_notification_period") or "any time"
            rows.append((way["name"], f"{kind}s", f"{options or 'nothing'} in {period} by {commands or 'nothing'}"))
    yield from section("Ways", rows)


def _used(document: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Row] = []
    for kind, found in document["used_by"].items():
        more = ", ..." if found["count"] > len(found["first"]) else ""
        rows.append((f"{found['count']} {kind}", ", ".join(found["first"]) + more))
    yield from section("Used by", rows)


def _members(document: Mapping[str, Any]) -> Iterator[str]:
    yield from section(f"Members ({len(document['members'])})", [(each,) for each in document["members"]])


def _expanded(document: Mapping[str, Any]) -> Iterator[str]:
    yield from section("Expanded", [(document["expanded"],)])


_SECTIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]]] = {
    "commands": _commands,
    "contacts": _contacts,
    "groups": lambda document: _groups(document) if document["type"] in ("host", "service") else iter(()),
    "realm": _relations,
    "escalations": _escalations,
    "modulations": _modulations,
    "rule": _rule,
    "entries": _period,
    "ways": _ways,
    "expanded": _expanded,
    "members": _members,
    "used_by": _used,
}
"""Key of a document -> what tells of it."""
