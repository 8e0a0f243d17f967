"""Statistics by the names operators know."""

from __future__ import annotations

import socket

from alignak.system.stats import Stats, StatsdSender


def test_counters_gauges_and_timers_are_shown_to_prometheus() -> None:
    stats = Stats("scheduler-master", "scheduler")
    stats.count("broks.added", 3)
    stats.count("broks.added")
    stats.gauge("activity.checks", 42)
    stats.time("loop-turn", 0.02)
    stats.gauge("worker.actions-queue-size", 7, {"worker": "fork_1"})

    text = stats.render()
    common = 'daemon="scheduler-master",role="scheduler"'
    assert f"alignak_broks_added_total{{{common}}} 4.0" in text
    assert f"alignak_activity_checks{{{common}}} 42.0" in text
    assert f"alignak_loop_turn_seconds_count{{{common}}} 1.0" in text
    assert 'worker="fork_1"} 7.0' in text


def test_each_key_keeps_least_most_count_and_total() -> None:
    stats = Stats("x", "poller")
    for seconds in (0.2, 0.1, 0.4):
        stats.time("loop-turn", seconds)

    summary = stats.summaries()["loop-turn"]
    assert (summary.least, summary.most, summary.times) == (0.1, 0.4, 3)
    assert abs(summary.total - 0.7) < 1e-9


def test_two_daemons_in_one_process_do_not_mix() -> None:
    first, second = Stats("a", "poller"), Stats("b", "poller")
    first.count("events")

    assert "alignak_events" not in second.render()


def test_statsd_gets_its_lines() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(2)
        sender = StatsdSender("127.0.0.1", server.getsockname()[1], "alignak", "poller-master")
        stats = Stats("poller-master", "poller", sender)
        stats.count("events")
        stats.gauge("broks.count", 12.5)
        stats.time("loop-turn", 0.25)

        assert [server.recv(100).decode() for _ in range(3)] == [
            "alignak.poller-master.events:1|c",
            "alignak.poller-master.broks.count:12.5|g",
            "alignak.poller-master.loop-turn:250|ms",
        ]
        sender.close()
