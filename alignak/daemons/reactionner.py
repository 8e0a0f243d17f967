"""The reactionner: runs notifications, event handlers and performance data commands."""

from __future__ import annotations

from typing import ClassVar

from alignak.api.scheduler import GetChecks
from alignak.daemons.satellites import Satellite
from alignak.model.topology import Role


class Reactionner(Satellite):
    """A satellite that runs the actions of its tags."""

    role: ClassVar[Role] = Role.REACTIONNER

    def asked_for(self, most: int) -> GetChecks:
        """Ask for actions of the reactionner's tags."""
        tags = self.conf.self_conf.reactionner_tags if self.conf else None
        running_id = self.place.running_id
        return GetChecks(
            do_actions=True, reactionner_tags=tags, worker_name=self.name, running_id=running_id, most=most
        )
