"""Batches of commands: what goes together, in which order, and what is known of each line afterwards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alignak.api.arbiter import CommandFate
from alignak.daemons.waiting import MOST_LINES, REQUEST_BYTES, Fates, Waiting, grouped, one_request

TARGETS = st.sampled_from((("a",), ("b",), ("c",), ("a", "b"), ("a", "b", "c")))


@given(st.lists(TARGETS, max_size=40))
def test_each_scheduler_gets_its_lines_in_the_order_they_were_given(targets: list[tuple[str, ...]]) -> None:
    batches = list(grouped(targets))
    for name in ("a", "b", "c"):
        got = [number for schedulers, numbers in batches if name in schedulers for number in numbers]
        assert got == [number for number, each in enumerate(targets) if name in each]


def test_lines_for_one_scheduler_are_one_batch_until_it_is_full() -> None:
    assert [len(numbers) for _, numbers in grouped([("a",), ("b",)] * (MOST_LINES + 1))] == [MOST_LINES] * 2 + [1, 1]


def test_a_request_holds_the_oldest_batches_and_a_large_one_alone() -> None:
    large = Waiting("2", ("x" * REQUEST_BYTES,), ("a",))
    small = Waiting("1", ("y", "z"), ("a",))
    assert [each.id for each in one_request([small, large])] == ["1"]
    assert [each.id for each in one_request([large, small])] == ["2"]
    assert [each.id for each in one_request([small, Waiting("3", ("z",), ("a",))])] == ["1", "3"]


def test_a_line_is_refused_when_every_scheduler_refuses_it() -> None:
    fates = Fates()
    fates.note("b", 3, [CommandFate("b.0", "refused", "no"), CommandFate("b.1", "refused", "never")])
    fates.note("b", 3, [CommandFate("b.1", "refused", "not here"), CommandFate("b.2", "refused", "too late")])
    assert [fates.find(f"b.{each}") for each in range(4)] == [
        CommandFate("b.0", "accepted"),
        CommandFate("b.1", "refused", "not here"),
        CommandFate("b.2", "accepted"),
        None,
    ]
    assert fates.find("b") is None


def test_the_only_line_of_a_batch_has_its_id() -> None:
    fates = Fates()
    fates.note("receiver.paris-7", 1, [])
    assert fates.find("receiver.paris-7") == CommandFate("receiver.paris-7", "accepted")
    assert fates.find("receiver.paris-7.0") is None
    assert fates.find("receiver") is None
