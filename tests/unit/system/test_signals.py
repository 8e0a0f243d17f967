"""Signals arrive as events."""

from __future__ import annotations

import os
import select
import signal

import pytest

from alignak.system.signals import Arrived, Request, Signals


@pytest.mark.parametrize(
    ("number", "request_"),
    [
        (signal.SIGTERM, Request.STOP),
        (signal.SIGINT, Request.STOP),
        (signal.SIGHUP, Request.RELOAD),
        (signal.SIGUSR1, Request.DUMP_ENVIRONMENT),
        (signal.SIGUSR2, Request.DUMP_OBJECTS),
    ],
)
def test_a_signal_becomes_a_request_and_wakes_the_loop(number: signal.Signals, request_: Request) -> None:
    woken: list[bool] = []
    with Signals(on_wake=lambda: woken.append(True)) as signals:
        os.kill(os.getpid(), number)

        assert select.select([signals], [], [], 2)[0]
        assert signals.take() == [Arrived(number.name, request_)]
        assert signals.take() == []
        assert woken == [True]


def test_several_come_in_order() -> None:
    with Signals() as signals:
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM):
            os.kill(os.getpid(), number)

        assert [each.name for each in signals.take()] == ["SIGHUP", "SIGUSR1", "SIGTERM"]


def test_afterwards_everything_is_as_it_was() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Signals():
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before
