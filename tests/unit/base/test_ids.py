"""Ids are in order, tell which life of a daemon made them, and keys read as people write them."""

from __future__ import annotations

from alignak.base.ids import IdSource, host_key, service_key, shown


def test_ids_of_one_life_follow_one_another() -> None:
    ids = IdSource("17a")

    assert [ids.take(), ids.take()] == ["17a-1", "17a-2"]
    assert (ids.epoch, ids.counter) == ("17a", 3)


def test_the_same_start_gives_the_same_ids() -> None:
    assert [IdSource("e", 7).take() for _ in range(2)] == ["e-7", "e-7"]


def test_a_service_is_shown_as_host_slash_service() -> None:
    assert shown(service_key("web1", "http")) == "web1/http"
    assert shown(host_key("web1")) == "web1"


def test_a_service_description_may_hold_the_separator_itself() -> None:
    assert shown(service_key("web1", "a;b")) == "web1/a;b"
