"""What a scheduler is asked about its objects: answered by its loop, from the engine, changing nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from alignak.api.arbiter import Dump, Explain, KeptStates, LiveStates
from alignak.api.common import is_wanted
from alignak.api.scheduler import GetHost
from alignak.base.clock import Clock
from alignak.daemons.loop import Loop
from alignak.engine import dumps, surroundings, views
from alignak.engine.engine import Engine
from alignak.messages.explanations import Explanation, ObjectExplanation
from alignak.net.endpoint import NoRequest

SHARE: Final = 0.02
"""The share of its time a scheduler counts its objects at most: the figures of a large one are some seconds old."""


class Questions:
    """The handlers of a scheduler's questions."""

    def __init__(self, name: str, clock: Clock, engine: Callable[[], Engine], loop: Callable[[], Loop]) -> None:
        """``engine`` gives the engine of the moment or raises NotReadyError; ``loop`` the loop that owns it."""
        self._name = name
        self._clock = clock
        self._engine = engine
        self._loop = loop
        self._counted: dict[str, Any] = {}
        self._count_at = 0.0

    def explain(self, request: Explain) -> Explanation:
        """Say how something is, and why."""
        found = self._loop().call(lambda: self._engine().explain(request.name, self._clock.now()))
        if isinstance(found, ObjectExplanation):
            return replace(found, scheduler=self._name)
        return replace(found, schedulers=(self._name,))

    def live_states(self, request: LiveStates) -> KeptStates:
        """Give what is kept of objects, and of the engine."""

        def look() -> KeptStates:
            states, own = surroundings.kept_states(self._engine().world, request.name, request.names)
            return KeptStates(self._clock.now().wall, states, own)

        return self._loop().call(look)

    def get_host(self, request: GetHost) -> dict[str, Any] | None:
        """Return a host in the historical shape, or None."""
        return self._loop().call(lambda: views.host_document(self._engine().world, request.host_name))

    def monitoring_problems(self, _: NoRequest) -> dict[str, Any]:
        """Return the hard problems."""
        problems = self._loop().call(lambda: views.monitoring_problems(self._engine().world))
        return {"problems": problems, "_freshness": int(self._clock.now().wall)}

    def dump(self, request: Dump) -> list[Any]:
        """Return the state of all objects, or of one."""
        details = is_wanted(request.details)
        shape = dumps.dump_raw if is_wanted(request.raw) else dumps.dump
        return self._loop().call(lambda: shape(self._engine().world, request.o_name, details))

    def figures(self, *, details: bool) -> dict[str, Any]:
        """Return objects, latency and live synthesis, and the problems with details. Runs in the loop."""
        world, now = self._engine().world, self._clock.now()
        if now.mono >= self._count_at:
            self._counted = {
                "monitored_objects": views.monitored_objects(world),
                "_freshness": int(now.wall),
                "latency": views.latency(world),
                "livesynthesis": views.livesynthesis(world),
                "commands": views.command_times(world),
            }
            over = self._clock.now().mono
            self._count_at = over + (over - now.mono) / SHARE
        return self._counted | ({"problems": views.monitoring_problems(world)} if details else {})
