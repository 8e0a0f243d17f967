"""Which daemon may serve which realm, and which spare stands in for whom; ``planner`` asks it.

A daemon serves its own realm, and with ``manage_sub_realms`` every realm below it. Hosts go to the schedulers of their
own realm; a realm that has none is looked after from the nearest realm above that has. A main daemon is one that is
active and no spare. A spare takes the place of one main daemon that is absent, and leaves it when that one is back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import DaemonLink, Realm, Role

DEFAULT_REALM = "All"

SATELLITES = (Role.POLLER, Role.REACTIONNER, Role.RECEIVER, Role.BROKER)
WORKERS = frozenset((Role.POLLER, Role.REACTIONNER))
"""Satellites that run what a scheduler orders."""


class Roster:
    """The active daemons of an installation, and the tree of its realms."""

    def __init__(self, config: CompiledConfig, absent: Collection[str] = ()) -> None:
        self._absent = frozenset(absent)
        self._above = _parents(config.realms)
        self.default_realm = _default_realm(config.realms)
        self.daemons: tuple[DaemonLink, ...] = tuple(
            sorted((each for each in config.daemons if each.active), key=lambda each: (each.role.value, each.name))
        )
        self._stand_ins: dict[str, DaemonLink] = {}
        """Name of an absent main daemon -> the spare in its place."""
        self._fill_in()

    def of_role(self, role: Role) -> tuple[DaemonLink, ...]:
        """Return the main daemons of a role, absent ones too, by name."""
        return tuple(each for each in self.daemons if each.role is role and not each.spare)

    def serving(self, role: Role) -> tuple[DaemonLink, ...]:
        """Return the main daemons of a role and the spares that stand in, by name."""
        standing = {each.name for each in self._stand_ins.values()}
        return tuple(each for each in self.daemons if each.role is role and (not each.spare or each.name in standing))

    def holder(self, main: DaemonLink) -> DaemonLink | None:
        """Return who does the work of a main daemon: itself, its stand-in, or nobody."""
        return self._stand_ins.get(main.name) if main.name in self._absent else main

    def can_serve(self, link: DaemonLink, realm: str) -> bool:
        """Tell whether a daemon may work for a realm."""
        return link.realm == realm or (link.manage_sub_realms and link.realm in self.realms_above(realm))

    def realms_above(self, realm: str) -> tuple[str, ...]:
        """Return the realms that contain a realm, the nearest first."""
        found: dict[str, None] = {}
        level: Sequence[str] = self._above.get(realm, ())
        while level:
            found.update(dict.fromkeys(level))
            level = [above for each in level for above in self._above.get(each, ()) if above not in found]
        return tuple(each for each in found if each != realm)

    def schedulers_of(self, realm: str) -> tuple[DaemonLink, ...]:
        """Return the main schedulers the hosts of a realm are spread over, by name.

        Those with nobody to do their work are passed over as long as anybody else may; when nobody may, they keep
        their hosts for when they are back.
        """
        able = [each for each in self.of_role(Role.SCHEDULER) if self.can_serve(each, realm)]
        at_work = [each for each in able if self.holder(each) is not None]
        return self._nearest(at_work or able, realm)

    def _nearest(self, schedulers: Sequence[DaemonLink], realm: str) -> tuple[DaemonLink, ...]:
        distance = {name: number for number, name in enumerate((realm, *self.realms_above(realm)))}
        closest = min((distance[each.realm] for each in schedulers), default=0)
        return tuple(each for each in schedulers if distance[each.realm] == closest)

    def _fill_in(self) -> None:
        """Give each absent main daemon a spare of its role that is there, may serve its realm and has its tags."""
        free = [each for each in self.daemons if each.spare and each.name not in self._absent]
        for main in self.daemons:
            if main.spare or main.name not in self._absent:
                continue
            able = [each for each in free if each.role is main.role and self.can_serve(each, main.realm)]
            if able:
                chosen = min(able, key=lambda spare, main=main: _unlikeness(spare, main))  # type: ignore[misc]
                self._stand_ins[main.name] = chosen
                free.remove(chosen)


def _unlikeness(spare: DaemonLink, main: DaemonLink) -> tuple[bool, bool, str]:
    lacks_tags = not (
        set(main.poller_tags) <= set(spare.poller_tags) and set(main.reactionner_tags) <= set(spare.reactionner_tags)
    )
    return lacks_tags, spare.realm != main.realm, spare.name


def _parents(realms: Iterable[Realm]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for realm in sorted(realms, key=lambda each: each.name):
        for member in realm.members:
            found.setdefault(member, []).append(realm.name)
    return {name: tuple(above) for name, above in found.items()}


def _default_realm(realms: Iterable[Realm]) -> str:
    """Return the default realm; where none says it is, the first by name (configuration.md 3.10)."""
    ordered = sorted(realms, key=lambda each: (not each.default, each.name))
    return ordered[0].name if ordered else DEFAULT_REALM
