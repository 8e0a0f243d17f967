"""What is done beside the loop: one at a time, in one thread, with its result or its error to whoever asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from alignak.base.errors import NotReadyError, RefusedError
from alignak.daemons.aside import Aside


def test_each_asker_gets_its_own_result_and_all_is_done_in_one_thread() -> None:
    aside = Aside("test")
    with ThreadPoolExecutor(8) as askers:
        found = list(askers.map(lambda number: aside.call(lambda: (number, threading.get_ident()), 10), range(50)))
    assert [number for number, _ in found] == list(range(50))
    assert len({thread for _, thread in found}) == 1


def test_an_error_goes_to_who_asked_and_the_next_is_served() -> None:
    aside = Aside("test")

    def refuse() -> None:
        raise RefusedError("no")

    with pytest.raises(RefusedError, match="no"):
        aside.call(refuse, 10)
    assert aside.call(lambda: "yes", 10) == "yes"


def test_who_asked_does_not_wait_for_ever() -> None:
    aside, gate = Aside("test"), threading.Event()
    with pytest.raises(NotReadyError, match="try again"):
        aside.call(gate.wait, 0.05)
    gate.set()
    assert aside.call(lambda: "goes on", 10) == "goes on"
