"""Decide who gets what: a part for each scheduler, a configuration for each daemon; the arbiter asks it.

A plan depends on the names in the configuration, never on their order, and on where the hosts were before
(``Placement``, small enough to be kept in a file), so that as few hosts as possible change their scheduler.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import Final

from msgspec import Struct, field

from alignak.dispatch.bundles import Bundles, bundles_of
from alignak.dispatch.configurations import configurations_of
from alignak.dispatch.cutting import CutPart, cut
from alignak.dispatch.packs import SLACK, Pack, Spread, packs_of
from alignak.dispatch.roster import SATELLITES, Roster
from alignak.messages.control import DaemonConfiguration
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import DaemonLink, Role

DRIFT: Final = 0.3
"""How uneven loads may get as hosts come and go before others move for it."""


class Problem(Struct, frozen=True):
    """Something about the daemons and realms that the administrator should know."""

    is_error: bool
    """Whether hosts are left out because of it; the configuration is not to be used then."""
    message: str


class Placement(Struct, frozen=True):
    """Where hosts are: what the next plan needs to know of this one. Daemons are named, spares never."""

    hosts: Mapping[str, str] = field(default_factory=dict)
    """Host name -> name of the main scheduler whose part it is in."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """The main schedulers that shared the hosts -> their weight."""
    part_ids: Mapping[str, str] = field(default_factory=dict)
    """Main scheduler -> the id of its part."""


class Split(Struct, frozen=True):
    """Which scheduler has which hosts, nothing cut yet: all that verifying a configuration needs."""

    realms: Mapping[str, str]
    """Host name -> realm name."""
    placement: Placement
    schedulers: tuple[DaemonLink, ...]
    """The main schedulers that get a part."""
    unassigned: tuple[str, ...]
    """Names of the hosts nobody looks after."""
    problems: tuple[Problem, ...]


class Plan(Struct, frozen=True):
    """Who gets what."""

    parts: Mapping[str, CutPart]
    """Scheduler name -> its part."""
    configurations: Mapping[str, DaemonConfiguration]
    """Daemon name -> what is pushed to it."""
    owners: Mapping[str, str]
    """Host name -> name of the scheduler that looks after it."""
    idle: tuple[DaemonLink, ...]
    """Active daemons with nothing to do: spares nobody needs, mains whose place a spare has."""
    placement: Placement
    unassigned: tuple[str, ...] = ()
    """Names of the hosts nobody looks after."""
    problems: tuple[Problem, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Tell whether every host has a scheduler."""
        return not any(each.is_error for each in self.problems)


def owner_of(plan: Plan, host_name: str) -> str | None:
    """Return the name of the scheduler that looks after a host, None when nobody does."""
    return plan.owners.get(host_name)


def plan(
    config: CompiledConfig,
    previous: Placement | None = None,
    absent: Collection[str] = (),
    bundles: Bundles | None = None,
) -> Plan:
    """Return who gets what.

    ``previous`` is the placement of the plan in force; ``absent`` names the daemons that do not answer: spares take
    the place of those, and hosts of schedulers without a spare go to the others. ``bundles`` are those of the
    configuration's hosts, for callers that have them already.
    """
    bundles = bundles or bundles_of(config.objects)
    roster = Roster(config, absent)
    found = split(config, roster, {name: each.size for name, each in bundles.hosts.items()}, previous)
    placement = found.placement
    holders = {each.name: roster.holder(each) or each for each in found.schedulers}
    ids = {each.name: (placement.part_ids[each.name], each.realm) for each in found.schedulers}
    parts = cut(config, bundles, placement.hosts, ids)
    held = [(holders[each.name], parts[each.name]) for each in found.schedulers]
    configurations = configurations_of(config, roster, held, found.realms)
    return Plan(
        parts={holder.name: part for holder, part in held},
        configurations=configurations,
        owners={host: holders[main].name for host, main in placement.hosts.items()},
        idle=tuple(
            each for each in roster.daemons if each.role is not Role.ARBITER and each.name not in configurations
        ),
        placement=placement,
        unassigned=found.unassigned,
        problems=found.problems,
    )


def split(config: CompiledConfig, roster: Roster, sizes: Mapping[str, int], previous: Placement | None = None) -> Split:
    """Return which scheduler has which hosts; ``sizes`` counts for each host itself and its services."""
    realms = {
        each.host_name: config.host_realms.get(each.host_name, roster.default_realm) for each in config.objects.hosts
    }
    packs, mixed = _by_realm(packs_of(config.objects, sizes), realms)
    homes = _homes(roster, packs, previous)
    schedulers = _at_work(roster, homes)
    placement = Placement(
        hosts=dict(sorted(homes.items())),
        weights={each.name: each.weight for each in schedulers},
        part_ids=_part_ids(roster.of_role(Role.SCHEDULER), previous),
    )
    unassigned = tuple(sorted(realms.keys() - homes.keys()))
    problems = tuple(_problems(roster, realms, mixed, unassigned))
    return Split(realms, placement, tuple(schedulers), unassigned, problems)


def _by_realm(packs: Iterable[Pack], realms: Mapping[str, str]) -> tuple[dict[str, list[Pack]], list[Pack]]:
    """Return the packs of each realm, and those that reach over several."""
    found: dict[str, list[Pack]] = {}
    mixed: list[Pack] = []
    for pack in packs:
        names = {realms[each] for each in pack.hosts}
        if len(names) == 1:
            found.setdefault(names.pop(), []).append(pack)
        else:
            mixed.append(pack)
    return found, mixed


def _homes(roster: Roster, packs: Mapping[str, list[Pack]], previous: Placement | None) -> dict[str, str]:
    """Return the main scheduler of each host. Realms that share schedulers are spread together."""
    groups: dict[tuple[DaemonLink, ...], list[Pack]] = {}
    for realm in sorted(packs):
        schedulers = roster.schedulers_of(realm)
        if schedulers:
            groups.setdefault(schedulers, []).extend(packs[realm])
    homes: dict[str, str] = {}
    loads: dict[str, int] = {}
    for schedulers in sorted(groups, key=lambda those: (len(those), [each.name for each in those])):
        if len(schedulers) == 1:
            _give_all(groups[schedulers], schedulers[0].name, homes, loads)
            continue
        weights = {each.name: each.weight for each in schedulers}
        spread = _spread(groups[schedulers], weights, loads, previous)
        loads.update(spread.loads)
        for pack in groups[schedulers]:
            homes.update(dict.fromkeys(pack.hosts, spread.owners[pack.name]))
    return homes


def _give_all(packs: Iterable[Pack], name: str, homes: dict[str, str], loads: dict[str, int]) -> None:
    """Give packs to the only scheduler there is for them: nothing to weigh."""
    for pack in packs:
        homes.update(dict.fromkeys(pack.hosts, name))
        loads[name] = loads.get(name, 0) + pack.size


def _spread(
    packs: list[Pack], weights: Mapping[str, int], loads: Mapping[str, int], previous: Placement | None
) -> Spread:
    spread = Spread(weights, loads, sum(each.size for each in packs))
    homeless: list[Pack] = []
    for pack in packs:
        owner = _former_owner(pack, previous)
        if owner in weights:
            spread.keep(pack, owner)
        else:
            homeless.append(pack)
    spread.place(homeless)
    slack = _slack(packs, weights, previous)
    if slack is not None:
        spread.balance(packs, slack)
    return spread


def _former_owner(pack: Pack, previous: Placement | None) -> str:
    """Return who had most hosts of a pack."""
    if previous is None:
        return ""
    counts: dict[str, int] = {}
    for host in pack.hosts:
        owner = previous.hosts.get(host, "")
        counts[owner] = counts.get(owner, 0) + 1
    counts.pop("", None)
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _slack(packs: Iterable[Pack], weights: Mapping[str, int], previous: Placement | None) -> float | None:
    """Return how uneven the loads may stay; None when nothing is to move for balance.

    Who joins is to get a share, and a new weight to be felt. When the hosts are others, only a great unevenness is
    worth moving some. When the only news is that a scheduler left, its hosts move and no others.
    """
    if previous is None or any(previous.weights.get(name) != weight for name, weight in weights.items()):
        return SLACK
    hosts = {host for pack in packs for host in pack.hosts}
    before = {host for host, owner in previous.hosts.items() if owner in weights}
    has_left = any(owner not in weights for host, owner in previous.hosts.items() if host in hosts)
    return None if has_left or hosts == before else DRIFT


def _at_work(roster: Roster, homes: Mapping[str, str]) -> list[DaemonLink]:
    """Return the main schedulers that get a part: those that can work, and those whose hosts nobody else can take."""
    used = set(homes.values())
    return [each for each in roster.of_role(Role.SCHEDULER) if roster.holder(each) is not None or each.name in used]


def _part_ids(schedulers: Iterable[DaemonLink], previous: Placement | None) -> dict[str, str]:
    """Return the id of each scheduler's part: the one it had, else the lowest free number, by scheduler name."""
    former = previous.part_ids if previous else {}
    taken = set(former.values())
    free = (f"Config_{number}" for number in count(1) if f"Config_{number}" not in taken)
    return {each.name: former.get(each.name) or next(free) for each in schedulers}


def _problems(
    roster: Roster, realms: Mapping[str, str], mixed: Iterable[Pack], unassigned: tuple[str, ...]
) -> Iterable[Problem]:
    """Yield what is wrong, in the reference's words (configuration.md 3.10)."""
    for pack in mixed:
        yield Problem(
            True,
            "Error: the realm configuration of your hosts is not correct because there is more than one realm "
            "in one pack (host relations):",
        )
        for host in pack.hosts:
            yield Problem(True, f" -> the host {host} is in the realm {realms[host]}")
    counts: dict[str, int] = {}
    for realm in realms.values():
        counts[realm] = counts.get(realm, 0) + 1
    for realm in sorted(counts):
        if not roster.schedulers_of(realm):
            yield Problem(True, f"The realm {realm} has {counts[realm]} hosts but no scheduler!")
        for role in SATELLITES:
            if not any(roster.can_serve(each, realm) for each in roster.of_role(role)):
                yield Problem(
                    False, f"Some hosts exist in the realm '{realm}' but no {role.value} is defined for this realm."
                )
    if unassigned:
        yield Problem(
            True,
            f"There are {len(realms)} hosts defined, and {len(realms) - len(unassigned)} hosts dispatched in the "
            "realms. Some hosts have been ignored",
        )
