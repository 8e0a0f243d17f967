"""What a reload would touch: which daemons get something new, which keep what they have; ``config diff`` tells it.

The plan of the arbiter is made for both configurations, from where the hosts are now, and the two are compared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from alignak.config.comparing import Comparison
from alignak.dispatch.planner import Placement, Plan, plan
from alignak.messages.control import DaemonConfiguration
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role


class Touch(Struct, frozen=True):
    """What becomes of one daemon."""

    daemon: str
    role: str
    what: str
    """``nothing``, ``new configuration``, ``new part``, ``starts`` or ``is let go``."""
    hosts: int = 0
    """Of a scheduler: how many hosts it looks after then."""
    touched: int = 0
    """How many of them are new to it or changed, they, their services or where they are defined."""
    gone: int = 0
    """How many it looks after no more."""


class Reload(Struct, frozen=True):
    """What becomes of all of them."""

    touches: tuple[Touch, ...]
    problems: tuple[str, ...] = ()
    """Why the arbiter would refuse the new configuration."""


def reload(
    old: CompiledConfig, new: CompiledConfig, found: Comparison, placement: Placement | None, absent: Collection[str]
) -> Reload:
    """Return what a reload from one configuration to another one would touch."""
    before = plan(old, placement, absent)
    after = plan(new, before.placement, absent)
    names = sorted(before.configurations.keys() | after.configurations.keys())
    touches = tuple(_touch(name, before, after, found.touched_hosts) for name in names)
    errors = tuple(each.message for each in after.problems if each.is_error)
    order = list(Role)
    return Reload(tuple(sorted(touches, key=lambda each: (order.index(Role(each.role)), each.daemon))), errors)


def _touch(name: str, before: Plan, after: Plan, touched: Collection[str]) -> Touch:
    old, new = before.configurations.get(name), after.configurations.get(name)
    conf = new or old
    assert conf is not None
    role, daemon = conf.self_conf.role, conf.self_conf.name
    if new is None:
        return Touch(daemon, role.value, "is let go", gone=len(_hosts(before.owners, name)))
    what = "starts" if old is None else _change(old, new)
    if role is not Role.SCHEDULER:
        return Touch(daemon, role.value, what)
    had, has = _hosts(before.owners, name), _hosts(after.owners, name)
    changed = (has - had) | (has & frozenset(touched))
    return Touch(daemon, role.value, what, len(has), len(changed), len(had - has))


def _change(old: DaemonConfiguration, new: DaemonConfiguration) -> str:
    if old.hash == new.hash:
        return "nothing"
    return "new part" if old.conf_part != new.conf_part else "new configuration"


def _hosts(owners: Mapping[str, str], daemon: str) -> frozenset[str]:
    return frozenset(host for host, owner in owners.items() if owner == daemon)
