"""A scheduler's way to a passive poller or reactionner: it pushes orders and fetches outcomes by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from alignak.api.common import GetResults
from alignak.api.roles import endpoint
from alignak.base.errors import LinkError
from alignak.messages.work import ACTIONS, CHECKS, Order, Outcome, PushActions, Work
from alignak.model.topology import DaemonLink, Role
from alignak.net.links import Link

MOST: Final = 200
"""Orders one push holds."""

BUSY_REST: Final = 0.05
IDLE_REST: Final = 0.25

Lease = Callable[[Sequence[Work], Sequence[str], str, int], list[Order]]
"""Works, tags, holder and how many, to orders."""

Apply = Callable[[Sequence[Outcome], str], None]

GiveBack = Callable[[str], None]
"""Takes a holder's name: what it has is given out again."""


class PassiveLink:
    """Drive one passive satellite."""

    def __init__(  # noqa: PLR0917  the scheduler's three functions belong together
        self, conf: DaemonLink, link: Link, instance_id: str, lease: Lease, apply: Apply, give_back: GiveBack
    ) -> None:
        self._conf = conf
        self._link = link
        self._instance_id = instance_id
        self._lease = lease
        self._apply = apply
        self._give_back = give_back
        self._got: tuple[str, ...] = ()
        """Outcomes that are stored here and that the satellite need not keep any more."""
        self._life = ""

    def step(self) -> float:
        """Push what is due and take what is done; return the seconds to rest."""
        role = self._conf.role
        self._meet()
        request = GetResults(scheduler_instance_id=self._instance_id, got=self._got)
        outcomes = self._link.call(endpoint(role, "get_results"), request)
        self._got = ()
        if outcomes:
            self._apply(outcomes, self._conf.name)
            self._got = tuple(each.id for each in outcomes)
        orders = self._due()
        if orders:
            self._push(orders)
        return BUSY_REST if outcomes or orders else IDLE_REST

    def _meet(self) -> None:
        """Notice another life of the satellite: what checks the former one had are given out again."""
        life = self._link.call(endpoint(self._conf.role, "identity")).running_id
        if self._life not in ("", life):
            self._give_back(self._conf.name)
        self._life = life

    def _push(self, orders: Sequence[Order]) -> None:
        """Push orders; when they cannot be, they are given out again at once."""
        try:
            request = PushActions(tuple(orders), self._instance_id)
            self._link.call(endpoint(self._conf.role, "push_actions"), request)
        except LinkError:
            self._give_back(self._conf.name)
            raise

    def _due(self) -> list[Order]:
        if self._conf.role is Role.POLLER:
            return self._lease(tuple(CHECKS), self._conf.poller_tags, self._conf.name, MOST)
        return self._lease(tuple(ACTIONS), self._conf.reactionner_tags, self._conf.name, MOST)
