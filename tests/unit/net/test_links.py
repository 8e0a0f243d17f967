"""Links: how a peer is, and when it is left alone."""

from __future__ import annotations

import socket

import pytest

from alignak.base.clock import ManualClock
from alignak.base.errors import LinkError, PeerAnswerError, PeerUnreachableError
from alignak.base.secret import Secret
from alignak.dispatch.health import Change, Contact
from alignak.messages.control import LiveIdentity
from alignak.model.topology import DaemonLink, Role
from alignak.net.endpoint import Binding, Endpoint
from alignak.net.links import LONGEST_REST, LONGEST_REST_OF_REFUSED, Breaker, Link
from tests.support.http_site import ENDPOINTS, SECRET, Site, serving

PING = next(each for each in ENDPOINTS if each.name == "ping")
BUSY = next(each for each in ENDPOINTS if each.name == "busy")
IDENTITY = Endpoint(name="identity", doc="Who.", answer=LiveIdentity)


def link(port: int, clock: ManualClock, changes: list[Change] | None = None) -> Link:
    conf = DaemonLink(Role.SCHEDULER, "scheduler-1", "SchedulerLink_1", port=port, short_timeout=0.5)
    heard = changes if changes is not None else []
    return Link(conf, Secret(SECRET), clock, on_change=heard.append, chance=lambda: 1.0)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def test_a_peer_that_answers_is_alive_and_reachable() -> None:
    clock = ManualClock(wall=1_000)
    with serving(Site()) as server:
        peer = link(server.port, clock)
        assert (peer.name, peer.health.alive) == ("scheduler-1", False)
        assert peer.call(PING) == "pong"
        assert (peer.health.alive, peer.health.reachable, peer.health.attempt) == (True, True, 0)
        assert peer.health.last_check == 1_000
        with pytest.raises(PeerAnswerError):
            peer.call(BUSY)  # it refuses, so it is there
        assert peer.health.reachable
        peer.close()


def test_a_peer_that_is_gone_is_dead_at_once_left_alone_and_found_again() -> None:
    clock, changes = ManualClock(), []
    peer = link(free_port(), clock, changes)
    with pytest.raises(PeerUnreachableError, match="nothing answers"):
        peer.call(PING)
    assert not peer.health.alive
    with pytest.raises(PeerUnreachableError, match=r"left alone for 0\.2 s after: nothing answers"):
        peer.call(PING)
    clock.advance(0.3)
    with pytest.raises(PeerUnreachableError, match="nothing answers"):
        peer.call(PING)
    with serving(Site()) as server:
        back = link(server.port, clock, changes)
        assert back.call(PING) == "pong"
    assert [(each.has_changed_life, each.health.alive) for each in changes] == [(True, True)]


def test_another_running_id_is_another_life() -> None:
    clock, changes = ManualClock(), []
    lives = iter(["1", "1", "2"])

    def identity(_: object) -> LiveIdentity:
        return LiveIdentity("My Alignak", "scheduler", "scheduler-1", "3", 0, next(lives))

    site = Site()
    site.binding = Binding([IDENTITY], {"identity": identity})
    with serving(site) as server:
        peer = link(server.port, clock, changes)
        for _ in range(3):
            peer.call(IDENTITY)
    assert peer.health.running_id == "2"
    assert [each.is_new_life for each in changes] == [False, True]


def test_a_silent_peer_gets_its_attempts_before_it_is_left_alone() -> None:
    clock = ManualClock()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        peer = link(silent.getsockname()[1], clock)
        for attempt in (1, 2, 3):
            with pytest.raises(LinkError, match="did not answer within"):
                peer.call(PING)
            assert peer.health.attempt == attempt
        with pytest.raises(PeerUnreachableError, match="left alone"):
            peer.call(PING)


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (Contact.TIMED_OUT, [0.25, 0.5, 1.0, 2.0, *[LONGEST_REST] * 4]),
        (Contact.REFUSED, [0.25, *[LONGEST_REST_OF_REFUSED] * 7]),
    ],
)
def test_rests_double_up_to_a_bound_and_one_caller_probes(contact: Contact, expected: list[float]) -> None:
    breaker = Breaker(patience=1, probe=1.0, chance=lambda: 1.0)
    now, rests = 0.0, []
    for _ in range(8):
        breaker.failed(contact, now)
        rests.append(breaker.wait_left(now))
        now += rests[-1]
        assert breaker.wait_left(now) == 0
        assert breaker.wait_left(now) == 1.0  # somebody else is asking already
    assert rests == expected
    breaker.succeeded()
    assert breaker.wait_left(now) == 0
    assert breaker.wait_left(now) == 0


def test_rests_are_cut_short_at_random_but_never_by_more_than_half() -> None:
    for chance in (0.0, 0.5, 0.999):
        breaker = Breaker(patience=1, probe=1.0, chance=lambda chance=chance: chance)  # type: ignore[misc]
        breaker.failed(Contact.TIMED_OUT, 0.0)
        assert breaker.wait_left(0.0) == pytest.approx(0.25 * (0.5 + 0.5 * chance))
