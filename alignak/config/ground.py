"""What the services of the last reading came to, and of what: a reading that begins with the same takes it over.

Nine in ten objects of a large configuration are services, and a reload rarely changes one. Bound to their hosts, and as
records, they are taken over as a whole or made anew; ``compile`` says whether anything but hosts is changed at all,
``assembly`` and ``checkables`` ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import is_
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.config.inherit import Season
from alignak.config.resolved import Resolved
from alignak.config.services import Services
from alignak.model.objects import Checkable, Policy

_CHOOSING: Final = frozenset({"service_includes", "service_excludes"})
"""The directives by which a host chooses, beside its name, groups and templates, which services it has."""

_CHANGING: Final = "service_overrides"

Names: TypeAlias = "Mapping[str, tuple[str, ...]]"
"""Something -> names."""


class Bound(Struct, frozen=True, eq=False):
    """The services of hosts, and to what hosts and groups of them they were bound."""

    hosts: Mapping[str, Resolved]
    groups: Names
    services: Services

    def is_of(self, hosts: Mapping[str, Resolved], groups: Names) -> bool:
        """Tell whether these hosts would have the same services."""
        return (
            self.groups == groups
            and list(self.hosts) == list(hosts)
            and all(map(_choose_alike, self.hosts.values(), hosts.values()))
        )


class Made(Struct, frozen=True, eq=False):
    """The records of services, and of what they were made."""

    services: Services
    given: Sequence[tuple[str | None, ...]]
    """What each host gives its services."""
    policies_before: Sequence[Policy]
    """Those of the hosts."""
    groups: Names
    escalations: Names
    policies: Sequence[Policy]
    """Those of the hosts and of the services."""
    tags: Mapping[str, set[str]]
    """``poller_tag`` or ``reactionner_tag`` -> what services ask for."""
    records: Sequence[Checkable]
    rules: Sequence[Checkable]
    """The services whose check is a business rule."""

    def is_of(
        self,
        services: Services,
        given: Sequence[tuple[str | None, ...]],
        policies: Sequence[Policy],
        groups: Names,
        escalations: Names,
    ) -> bool:
        """Tell whether the same records would be made of these."""
        return (
            services is self.services
            and given == self.given
            and policies == self.policies_before
            and groups == self.groups
            and escalations == self.escalations
        )


class Ground(Struct, eq=False):
    """What a reading leaves to the next one."""

    bound: Bound | None = None
    made: Made | None = None
    parameters: object = None
    seasons: Mapping[str, Season] = {}

    def begin(self, parameters: object, seasons: Mapping[str, Season]) -> None:
        """Forget it all unless the parameters and the definitions of each type, hosts apart, are those of before."""
        are_same = self.seasons.keys() == seasons.keys() and all(map(is_, self.seasons.values(), seasons.values()))
        if not are_same or self.parameters != parameters:
            self.bound = self.made = None
        self.parameters, self.seasons = parameters, seasons


def are_changed_later(hosts: Mapping[str, Resolved]) -> bool:
    """Tell whether hosts change the services that were bound to them."""
    return any(each.text(_CHANGING) for each in hosts.values())


def _choose_alike(one: Resolved, other: Resolved) -> bool:
    """Tell whether a host as it was and as it is takes the same services."""
    return one is other or (one.chain is other.chain and _choices(one) == _choices(other))


def _choices(host: Resolved) -> dict[str, str]:
    """Return what a host says of its services; the keys of ``duplicate_foreach`` are custom variables."""
    return {
        key: value
        for key, value in host.form.values.items()
        if key in _CHOOSING or key == _CHANGING or not key[:1].islower()
    }
