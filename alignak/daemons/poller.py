"""The poller: runs checks."""

from __future__ import annotations

from typing import ClassVar

from alignak.api.scheduler import GetChecks
from alignak.daemons.satellites import Satellite
from alignak.model.topology import Role


class Poller(Satellite):
    """A satellite that runs the checks of its tags."""

    role: ClassVar[Role] = Role.POLLER

    def asked_for(self, most: int) -> GetChecks:
        """Ask for checks of the poller's tags."""
        tags = self.conf.self_conf.poller_tags if self.conf else None
        running_id = self.place.running_id
        return GetChecks(do_checks=True, poller_tags=tags, worker_name=self.name, running_id=running_id, most=most)
