"""How the arbiter comes from a configuration to a plan: beside its loop, and from what it knows of the last one.

At the size of 100,000 services the first plan takes a second, so a reload's is made in the thread that asked for it.
The next plans cost what changed, because the bundles of hosts that are as they were are used again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection

from alignak.base.errors import ConfigurationError
from alignak.daemons.placements import PlacementFile
from alignak.dispatch.bundles import Bundles, bundles_of
from alignak.dispatch.planner import Plan, plan
from alignak.model.snapshot import CompiledConfig
from alignak.system.garbage import uncollected

log = logging.getLogger(__name__)


class Planning:
    """Make plans, one at a time."""

    def __init__(self, placement: PlacementFile) -> None:
        self._placement = placement
        self._lock = threading.Lock()
        self._bundles: Bundles | None = None

    def planned(self, config: CompiledConfig, before: Plan | None, absent: Collection[str]) -> Plan:
        """Return the plan that follows another one, or that of the last run when there is none.

        Raises ConfigurationError when some hosts have no scheduler. What an administrator was told of the plan before
        is not told again.
        """
        with self._lock, uncollected():
            bundles = bundles_of(config.objects, self._bundles)
            found = plan(config, before.placement if before else self._placement.load(), absent, bundles)
            for problem in found.problems:
                if problem.is_error or before is None or problem not in before.problems:
                    log.log(logging.ERROR if problem.is_error else logging.WARNING, "%s", problem.message)
            if not found.is_usable:
                errors = tuple(each.message for each in found.problems if each.is_error)
                raise ConfigurationError("; ".join(errors), errors)
            self._bundles = bundles
            return found


def says_the_same(one: Plan, other: Plan) -> bool:
    """Tell whether nobody would notice if one plan took the place of another."""
    return one.placement == other.placement and _hashes(one) == _hashes(other)


def _hashes(found: Plan) -> dict[str, str]:
    return {name: each.hash for name, each in found.configurations.items()}
