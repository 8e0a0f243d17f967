"""Which endpoints a daemon of each role answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from alignak.api import arbiter, broker, common, scheduler
from alignak.model.topology import Role
from alignak.net.endpoint import Endpoint

_PASSIVE_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {"get_results": ("_results",)}
"""On a scheduler, ``_results`` is where results are put; everywhere else it is where they are fetched."""

_COMMON_ELSEWHERE: Final[tuple[Endpoint, ...]] = tuple(
    replace(each, aliases=each.aliases + _PASSIVE_ALIASES.get(each.name, ())) for each in common.ENDPOINTS
)

ENDPOINTS: Final[Mapping[Role, tuple[Endpoint, ...]]] = {
    Role.ARBITER: _COMMON_ELSEWHERE + arbiter.ENDPOINTS,
    Role.SCHEDULER: common.ENDPOINTS + scheduler.ENDPOINTS,
    Role.POLLER: _COMMON_ELSEWHERE,
    Role.REACTIONNER: _COMMON_ELSEWHERE,
    Role.RECEIVER: (*_COMMON_ELSEWHERE, arbiter.COMMAND, arbiter.COMMAND_FATE, arbiter.PUSH_EXTERNAL_COMMAND),
    Role.BROKER: _COMMON_ELSEWHERE + broker.ENDPOINTS,
}


def endpoint(role: Role, name: str) -> Endpoint:
    """Return the endpoint of a role by its primary name."""
    return next(each for each in ENDPOINTS[role] if each.name == name)
