"""Extended information: what hosts and services are given where they are silent (configuration.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from alignak.config.diagnostics import Diagnostics, shown
from alignak.config.expressions import select
from alignak.config.matching import Names
from alignak.config.resolved import Resolved
from alignak.config.selecting import Selector
from alignak.config.services import Bound, Services

MOST_NAMED: Final = 2_000_000
"""How many hosts all extended information may name: bounds what a small hostile file can cost."""

_NAMING: Final = frozenset({"host_name", "hostgroup_name", "service_description"})


def merge_hosts(
    objects: Iterable[Resolved], hosts: Mapping[str, Resolved], names: Names, diagnostics: Diagnostics
) -> dict[str, Resolved]:
    """Return the hosts with what their extended information says; others made from the same definition stay."""
    merged = dict(hosts)
    left = MOST_NAMED
    for each in objects:
        _require(each, ("host_name",), diagnostics)
        chosen, unknown = select(each.text("host_name") or "", hosts, (), names.like)
        for name in unknown:
            hint = diagnostics.nearest(name, hosts)
            message = f"unknown host_name '{shown(name)}'{hint}"
            diagnostics.error(message, each.place("host_name"), f"hostextinfo::{shown(each.text('host_name') or '')}")
        left -= len(chosen)
        if left < 0:
            message = f"extended information names more than {MOST_NAMED} hosts in all"
            diagnostics.error(message, each.place(), "hostextinfo")
            break
        made: dict[int, tuple[Resolved, Resolved]] = {}
        for name in chosen:
            resolved = merged[name]
            if id(resolved) not in made:
                made[id(resolved)] = (resolved, _filled(resolved, each))
            merged[name] = made[id(resolved)][1]
    return merged


def merge_services(
    objects: Iterable[Resolved], services: Services, selector: Selector, diagnostics: Diagnostics
) -> None:
    """Give services what their extended information says."""
    made: dict[tuple[int, int], tuple[Resolved, Resolved]] = {}
    for each in objects:
        about = f"serviceextinfo::{shown(each.text('host_name') or '')}"
        _require(each, ("host_name", "service_description"), diagnostics)
        for host in selector.hosts(each, "host_name", "hostgroup_name", about):
            found, unknown = selector.descriptions(host, each.text("service_description") or "")
            for name in unknown:
                hint = diagnostics.nearest(name, selector.descriptions(host, "*")[0])
                message = f"Service {shown(name)} not found for host {shown(host)}{hint}"
                diagnostics.error(message, each.place("service_description"), about)
            for name in found:
                bound = services[host, name]
                key = (id(bound.resolved), id(each))
                if key not in made:
                    made[key] = (bound.resolved, _filled(bound.resolved, each))
                services[host, name] = Bound(made[key][1], bound.rank)


def _require(info: Resolved, keys: Iterable[str], diagnostics: Diagnostics) -> None:
    """Say which directives, without which nothing is meant, are not there; a host group stands for hosts."""
    kind = info.definition.type
    for key in keys:
        if not (info.text(key) or (key == "host_name" and info.text("hostgroup_name"))):
            diagnostics.error(f"{key} required property is missing", info.place(), kind)


def _filled(resolved: Resolved, info: Resolved) -> Resolved:
    """Return an object with the information it does not have itself."""
    texts = {key: info.text(key) for key in {**info.chain.values, **info.own} if key not in _NAMING}
    more = {key: text for key, text in texts.items() if text is not None and resolved.text(key) is None}
    return resolved.saying(more) if more else resolved
