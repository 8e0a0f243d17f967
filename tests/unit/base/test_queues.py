"""A full queue keeps to its policy, and counts what that cost."""

from __future__ import annotations

from alignak.base.queues import BoundedQueue


def test_a_full_queue_refuses_and_counts_it() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2)

    assert queue.put_all([1, 2, 3]) == 2
    assert (list(queue), queue.refused, queue.dropped) == ([1, 2], 1, 0)
    assert queue.is_full


def test_a_full_queue_of_routine_news_lets_go_of_the_oldest() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2, "drop_oldest")

    assert queue.put_all([1, 2, 3]) == 3
    assert (list(queue), queue.refused, queue.dropped) == ([2, 3], 0, 1)


def test_what_came_first_is_taken_first_and_never_more_than_there_is() -> None:
    queue: BoundedQueue[int] = BoundedQueue(5)
    queue.put_all([1, 2, 3])

    assert queue.take(2) == [1, 2]
    assert queue.take(9) == [3]
    assert len(queue) == 0


def test_a_cleared_queue_has_room_again() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    queue.put(1)
    queue.clear()

    assert not queue.is_full
    assert queue.put(2)
