"""Orders for the execution tests, and a loop that runs them in this process."""

from __future__ import annotations

import os
import selectors
from collections.abc import Iterable, Mapping
from types import TracebackType

from alignak.base.ids import ObjectKey, OrderId
from alignak.execution.nursery import Nursery
from alignak.execution.plugin import Caps
from alignak.execution.pool import plugin_environment
from alignak.execution.strays import children
from alignak.messages.work import Order, Outcome, Work
from alignak.system.clocks import SystemClock
from alignak.system.process import adopt_orphans

QUICK = Caps(kill_after=0.3, drain=0.3)
"""Waits that keep the tests fast."""


def order(
    *argv: str,
    id_: str = "e-1",
    timeout: float = 10.0,
    shell: bool = False,
    environment: Mapping[str, str] | None = None,
    module_type: str = "fork",
    work: Work = Work.CHECK,
) -> Order:
    """Return an order to run the words given."""
    return Order(
        OrderId(id_),
        work,
        ObjectKey("web-1;http"),
        argv,
        shell,
        environment or {},
        timeout,
        0.0,
        module_type=module_type,
    )


def script(text: str, timeout: float = 10.0, id_: str = "e-1") -> Order:
    """Return an order to run a shell script."""
    return order(text, timeout=timeout, shell=True, id_=id_)


class Ward:
    """A nursery in the test's own process, with the loop around it."""

    def __init__(self, caps: Caps = QUICK) -> None:
        adopt_orphans()
        self.clock = SystemClock()
        self._selector = selectors.DefaultSelector()
        self.nursery = Nursery(self.clock, "poller-test", plugin_environment(os.environ), caps=caps, grace=0.2)
        self._selector.register(self.nursery, selectors.EVENT_READ, self.nursery.on_ready)
        self._before = set(children())

    def __enter__(self) -> Ward:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._selector.close()
        self.nursery.end_all()

    def turn(self) -> list[Outcome]:
        """Go round the loop once."""
        wait = max(0.0, self.nursery.next_due() - self.clock.now().mono)
        for key, _ in self._selector.select(wait):
            key.data()
        self.nursery.on_time()
        return self.nursery.take()

    def run(self, *orders: Order, within: float = 15.0) -> list[Outcome]:
        """Run orders and return their outcomes as they come."""
        for each in orders:
            self.nursery.start(each)
        outcomes = self.nursery.take()
        until = self.clock.now().mono + within
        while len(outcomes) < len(orders) and self.clock.now().mono < until:
            outcomes += self.turn()
        return outcomes

    def wait_until_alone(self, within: float = 5.0) -> bool:
        """Go on until no process is left that was not there before; tell whether that came about in time."""
        until = self.clock.now().mono + within
        while set(children()) - self._before and self.clock.now().mono < until:
            self.turn()
        return not set(children()) - self._before


def open_descriptors() -> set[str]:
    """Return the descriptors this process has open, with what they lead to."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{name} {os.readlink(f'/proc/self/fd/{name}')}")
        except FileNotFoundError:
            continue  # the one that listed them
    return found


def by_id(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Return outcomes by the id of their order."""
    return {each.id: each for each in outcomes}
