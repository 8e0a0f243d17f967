"""A scheduler's way to a passive poller or reactionner: it pushes orders and fetches outcomes by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from alignak.api.common import GetResults
from alignak.api.roles import endpoint
from alignak.messages.work import ACTIONS, Order, Outcome, PushActions, Work
from alignak.model.topology import DaemonLink, Role
from alignak.net.links import Link

MOST: Final = 500
"""Orders one push holds."""

Lease = Callable[[Sequence[Work], Sequence[str], str, int], list[Order]]
"""Works, tags, holder and how many, to orders."""

Apply = Callable[[Sequence[Outcome], str], None]


class PassiveLink:
    """Drive one passive satellite."""

    def __init__(self, conf: DaemonLink, link: Link, scheduler_instance_id: str, lease: Lease, apply: Apply) -> None:
        self._conf = conf
        self._link = link
        self._instance_id = scheduler_instance_id
        self._lease = lease
        self._apply = apply
        self._unsent: tuple[Order, ...] = ()

    def step(self) -> float:
        """Push what is due and take what is done; return the seconds to rest."""
        role = self._conf.role
        fetch = GetResults(scheduler_instance_id=self._instance_id)
        outcomes = self._link.call(endpoint(role, "get_results"), fetch)
        if outcomes:
            self._apply(outcomes, self._conf.name)
        if not self._unsent:
            self._unsent = tuple(self._due())
        if self._unsent:
            self._link.call(endpoint(role, "push_actions"), PushActions(self._unsent, self._instance_id))
            busy, self._unsent = bool(self._unsent), ()
            return 0.05 if busy else 0.2
        return 0.05 if outcomes else 0.25

    def _due(self) -> list[Order]:
        if self._conf.role is Role.POLLER:
            return self._lease((Work.CHECK,), self._conf.poller_tags, self._conf.name, MOST)
        return self._lease(tuple(ACTIONS), self._conf.reactionner_tags, self._conf.name, MOST)
