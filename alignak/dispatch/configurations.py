"""What is pushed to each daemon once the parts are cut; ``planner`` asks it (daemons-and-protocol.md 1.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from alignak.base.codec import digest
from alignak.dispatch.cutting import CutPart, whole
from alignak.dispatch.roster import SATELLITES, WORKERS, Roster
from alignak.messages.control import Assignment, DaemonConfiguration, sealed
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import DaemonLink, Module, Role

SCHEDULERS_SEE: Final = (Role.POLLER, Role.REACTIONNER, Role.BROKER)
BROKERS_SEE: Final = (Role.POLLER, Role.REACTIONNER, Role.RECEIVER)

Held = Sequence[tuple[DaemonLink, CutPart]]
"""Schedulers and the part each holds."""


def configurations_of(
    config: CompiledConfig, roster: Roster, held: Held, realms: Mapping[str, str]
) -> dict[str, DaemonConfiguration]:
    """Return the configuration of each daemon that has something to do, by its name; ``realms`` is by host name."""
    modules = {each.name: each for each in config.modules}
    arbiters = roster.of_role(Role.ARBITER)

    def configuration(
        link: DaemonLink,
        schedulers: Sequence[Assignment],
        satellites: Sequence[DaemonLink],
        part: CutPart | None = None,
    ) -> DaemonConfiguration:
        return sealed(
            DaemonConfiguration(
                self_conf=link,
                alignak_name=config.name,
                settings=config.settings,
                schedulers=tuple(schedulers),
                satellites=tuple(satellites),
                arbiters=arbiters if _is_told_of_arbiters(link) else (),
                modules=_modules(link, modules),
                conf_part=whole(part) if part else None,
            )
        )

    served: dict[str, list[Assignment]] = {}
    found: dict[str, DaemonConfiguration] = {}
    for link, part in held:
        assignment = Assignment(link, managed_conf_id=part.part_id, push_flavor=part.hash)
        abroad = replace(assignment, push_flavor=_flavor_abroad(link, part))
        with_hosts = replace(abroad, managed_hosts_names=tuple(part.hosts))
        its_realms = _realms_of(part, realms)
        satellites = {role: _serving(roster, role, its_realms) for role in SATELLITES}
        for satellite in (each for role in SATELLITES for each in satellites[role]):
            told = with_hosts if satellite.role is Role.RECEIVER else abroad
            served.setdefault(satellite.name, []).append(told)
        found[link.name] = configuration(
            link, [assignment], [each for role in SCHEDULERS_SEE for each in satellites[role]], part
        )
    for link in (each for role in SATELLITES for each in roster.serving(role)):
        found[link.name] = configuration(link, served.get(link.name, ()), _seen_by_satellite(roster, link))
    return found


def _flavor_abroad(link: DaemonLink, part: CutPart) -> str:
    """Return the ``push_flavor`` of a part for those that only work for its scheduler.

    What they do does not change with what the part holds, so neither does this, and they are left alone.
    """
    return digest(f"{part.part_id} of {link.name}".encode())


def _realms_of(part: CutPart, realms: Mapping[str, str]) -> tuple[str, ...]:
    """Return the realms of the hosts of a part; that of its scheduler when it has none."""
    return tuple(sorted({realms[name] for name in part.hosts})) or (part.head.realm,)


def _serving(roster: Roster, role: Role, realms: tuple[str, ...]) -> list[DaemonLink]:
    """Return the satellites of a role that work for a part with hosts of those realms.

    Any worker may get any order of the part, so those that may serve all its realms are taken; where there are none,
    and for whoever only listens or forwards, those that may serve one of them.
    """
    links = roster.serving(role)
    if role in WORKERS:
        able = [each for each in links if all(roster.can_serve(each, realm) for realm in realms)]
        if able:
            return able
    return [each for each in links if any(roster.can_serve(each, realm) for realm in realms)]


def _seen_by_satellite(roster: Roster, link: DaemonLink) -> list[DaemonLink]:
    """Return the satellites whose broks a broker fetches: those in the realms it may serve."""
    if link.role is not Role.BROKER:
        return []
    return [each for role in BROKERS_SEE for each in roster.serving(role) if roster.can_serve(link, each.realm)]


def _is_told_of_arbiters(link: DaemonLink) -> bool:
    return link.role in (Role.BROKER, Role.RECEIVER) or (link.role in WORKERS and link.manage_arbiters)


def _modules(link: DaemonLink, modules: Mapping[str, Module]) -> tuple[Module, ...]:
    return tuple(modules[name] for name in link.modules if name in modules)
