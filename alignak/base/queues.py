"""Bounded queues that count what they refuse."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

Policy = Literal["refuse", "drop_oldest"]


class BoundedQueue(Generic[T]):
    """A first-in first-out queue with a capacity, a policy for when it is full, and counters.

    Not thread safe by itself beyond what ``deque`` gives: owners that share one hold a lock.
    """

    __slots__ = ("_items", "capacity", "dropped", "policy", "refused")

    def __init__(self, capacity: int, policy: Policy = "refuse") -> None:
        self._items: deque[T] = deque()
        self.capacity = capacity
        self.policy = policy
        self.refused = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    @property
    def is_full(self) -> bool:
        """Tell whether one more item would go against the policy."""
        return len(self._items) >= self.capacity

    def put(self, item: T) -> bool:
        """Append an item; return False when the queue refused it."""
        if len(self._items) >= self.capacity:
            if self.policy == "refuse":
                self.refused += 1
                return False
            self._items.popleft()
            self.dropped += 1
        self._items.append(item)
        return True

    def put_all(self, items: Iterable[T]) -> int:
        """Append items and return how many were accepted."""
        return sum(self.put(item) for item in items)

    def take(self, most: int) -> list[T]:
        """Remove and return the oldest items, at most ``most`` of them."""
        count = min(most, len(self._items))
        popleft = self._items.popleft
        return [popleft() for _ in range(count)]

    def clear(self) -> None:
        """Forget everything that waits."""
        self._items.clear()
