"""Objects by name, and who is in which group, whichever side says so (configuration.md 3.6, 3.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.expressions import Malformed, exactly, expand_pattern, is_pattern, select
from alignak.config.graphs import loops, order, shown_path
from alignak.config.resolved import Resolved
from alignak.config.values import Unreadable, integer, names

Selection: TypeAlias = "tuple[dict[str, None], list[str]]"

MOST_MEMBERS: Final = 1_500_000
"""How many memberships the groups of one type may have in all: bounds what a small hostile file can cost."""

GROUPS_EACH: Final = 10
"""How many groups each of very many members may be in, all the same."""

MOST_HOSTS: Final = 500_000
"""How many hosts a configuration may have, for the same reason."""

_DEFAULT_ORDER: Final = 100


def unique(kind: str, objects: Iterable[Resolved], diagnostics: Diagnostics) -> dict[str, Resolved]:
    """Return objects by name, sorted; of several with one name the last, or the one of lowest definition order."""
    found: dict[str, Resolved] = {}
    for each in objects:
        _rank(each, diagnostics)
        former = found.get(each.name)
        found[each.name] = each if former is None else preferred(kind, each.name, former, each, diagnostics)
    return dict(sorted(found.items()))


def preferred(kind: str, name: str, former: Resolved, latter: Resolved, diagnostics: Diagnostics) -> Resolved:
    """Return which of two objects of one name counts; a warning when nothing says it."""
    ranks = _rank(former, diagnostics), _rank(latter, diagnostics)
    if ranks[0] != ranks[1]:
        return former if ranks[0] < ranks[1] else latter
    diagnostics.warning(
        f"duplicate {kind} '{shown(name)}', from: '{former.imported_from}' and '{latter.imported_from}', using lastly"
        " defined. You may manually set the definition_order parameter to avoid this message.",
        latter.place(),
    )
    return latter


def _rank(resolved: Resolved, diagnostics: Diagnostics) -> int:
    text = resolved.text("definition_order")
    try:
        return integer(text) if text else _DEFAULT_ORDER
    except Unreadable as error:
        place = resolved.place("definition_order")
        diagnostics.error(f"Error while pythonizing parameter 'definition_order': {error}", place)
        return _DEFAULT_ORDER


def hosts_by_name(
    objects: Iterable[Resolved], illegal: frozenset[str], diagnostics: Diagnostics
) -> dict[str, Resolved]:
    """Return the hosts by name; ``srv-[1-5]`` is five hosts."""
    found: dict[str, Resolved] = {}
    for each in objects:
        if len(found) > MOST_HOSTS:
            diagnostics.error(f"there are more than {MOST_HOSTS} hosts", each.place())
            return {}
        for name in _host_names(each, diagnostics):
            if wrong := illegal_in(name, illegal):
                diagnostics.error(
                    f"host_name contains an illegal character: {wrong}", each.place("host_name"), f"host::{name}"
                )
            former = found.get(name)
            found[name] = each if former is None else preferred("host", name, former, each, diagnostics)
    return dict(sorted(found.items()))


def _host_names(resolved: Resolved, diagnostics: Diagnostics) -> list[str]:
    if not is_pattern(resolved.name):
        return [resolved.name]
    try:
        return expand_pattern(resolved.name)
    except Malformed as error:
        diagnostics.error(f"the host_name '{shown(resolved.name)}' is refused: {error}", resolved.place("host_name"))
        return []


def illegal_in(name: str, illegal: frozenset[str]) -> str:
    """Return the first character of a name that names may not have, or nothing.

    A semicolon separates a host from its service in commands and logs, so no name has one.
    """
    if illegal.isdisjoint(name) and ";" not in name and name.isprintable():
        return ""
    return next((each for each in name if each in illegal or each == ";" or each < " "), "")


def most_members(count: int) -> int:
    """Return how many memberships so many members may have in all."""
    return max(MOST_MEMBERS, GROUPS_EACH * count)


def joined_by(members: Mapping[str, Resolved], key: str) -> dict[str, list[str]]:
    """Return the groups that members name themselves, with those members."""
    found: dict[str, list[str]] = {}
    read: dict[str, tuple[str, ...]] = {}
    count = 0
    for name, each in members.items():
        text = each.text(key) or ""
        if text not in read:
            read[text] = names(text)
        for group in read[text]:
            found.setdefault(group, []).append(name)
        count += len(read[text])
        if count > most_members(len(members)):
            break  # ``group_members`` refuses that many
    return found


def from_list(
    everything: Mapping[str, object], like: Callable[[str], Iterable[str]] = exactly
) -> Callable[[str], Selection]:
    """Return how a ``members`` list is read when members are plain names."""
    return lambda text: select(text, everything, (), like)


def no_hint(_: str) -> str:
    """Return nothing: nobody knows which member was meant."""
    return ""


def group_members(
    kind: str,
    groups: Mapping[str, Resolved],
    joined: Mapping[str, Iterable[str]],
    read: Callable[[str], Selection],
    diagnostics: Diagnostics,
    *,
    of: int = 0,
    hint: Callable[[str], str] = no_hint,
) -> dict[str, tuple[str, ...]]:
    """Return the members of every group, sorted: those it names, those that name it, those of the groups in it.

    A group that only members name is made for them. ``of`` is how many possible members there are; ``hint`` says which
    member was meant by a name that is none.
    """
    most = most_members(of)
    direct: dict[str, dict[str, None]] = {}
    count = 0
    for name, each in groups.items():
        direct[name] = _direct(kind, each, read, diagnostics, hint)
        count += len(direct[name])
        if count > most:
            return too_many(kind, most, diagnostics)
    for name, members in joined.items():
        own = direct.setdefault(name, {})
        count -= len(own)
        own.update(dict.fromkeys(members))
        count += len(own)
        if count > most:
            return too_many(kind, most, diagnostics)
    nested = {name: _nested(kind, name, groups, direct, diagnostics) for name in direct}
    ordered, _ = order(nested)
    for path in loops(nested):
        message = f"is in a loop of {kind}_members: {shown_path(path)}"
        for name in path[:-1]:
            diagnostics.error(message, groups[name].place(f"{kind}_members"), f"{kind}::{name}")
    for name in ordered:
        for inner in nested[name]:
            count += len(direct[inner])
            if count > most:
                return too_many(kind, most, diagnostics)
            direct[name].update(direct[inner])
    return {name: tuple(sorted(members)) for name, members in sorted(direct.items())}


def too_many(kind: str, most: int, diagnostics: Diagnostics) -> dict[str, tuple[str, ...]]:
    """Say that groups have too many members, and return none."""
    diagnostics.error(f"the {kind}s have more than {most} members in all, nest them less")
    return {}


def _direct(
    kind: str,
    group: Resolved,
    read: Callable[[str], Selection],
    diagnostics: Diagnostics,
    hint: Callable[[str], str],
) -> dict[str, None]:
    """Return the members a group names itself."""
    text = group.text("members")
    if not text:
        return {}
    chosen, unknown = read(text)
    for each in unknown:
        message = f"as {kind}, got unknown member '{shown(each)}'{hint(each)}"
        diagnostics.error(message, group.place("members"), f"{kind}::{group.name}")
    return chosen


def _nested(
    kind: str, name: str, groups: Mapping[str, Resolved], known: Mapping[str, object], diagnostics: Diagnostics
) -> list[str]:
    """Return the groups in a group; those unknown are errors."""
    if name not in groups:
        return []
    key = f"{kind}_members"
    result: list[str] = []
    for each in dict.fromkeys(groups[name].names(key)):
        if each in known:
            result.append(each)
        else:
            hint = diagnostics.nearest(each, known)
            diagnostics.error(
                f"as {kind}, got unknown member '{shown(each)}'{hint}", groups[name].place(key), f"{kind}::{name}"
            )
    return result


def groups_of(groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return the groups of each member, sorted."""
    found: dict[str, list[str]] = {}
    for name, members in sorted(groups.items()):
        for each in members:
            found.setdefault(each, []).append(name)
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    return {each: shared.setdefault(tuple(names), tuple(names)) for each, names in found.items()}
