"""Checks that the engine answers itself (engine.md 4.12)."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from alignak.engine.internals import chosen
from alignak.engine.retention import encode_item
from alignak.model.objects import CommandCall
from alignak.model.snapshot import Part
from tests.support.playbook import Playbook
from tests.support.sites import PASSIVE, Site


def answering(*arguments: str, command: str = "_internal_service_check", **policy: object) -> Part:
    """Return a service that is checked each minute by an internal command."""
    site = Site(max_service_check_spread=0).host("h", **PASSIVE)
    part = site.service("h", "s", **{"check_interval": 1, "retry_interval": 1, **policy}).part()
    (service,) = part.objects.services
    services = (replace(service, check_command=CommandCall(command, arguments)),)
    return replace(part, objects=replace(part.objects, services=services))


def outputs(play: Playbook, minutes: int) -> Counter[str]:
    """Return how often each output was seen."""
    found: Counter[str] = Counter()
    for _ in range(minutes):
        play.after(60)
        found[play.item("h;s").state.output] += 1
    return found


@pytest.mark.parametrize(
    ("arguments", "state", "output"),
    [
        (("0", "fine"), "OK", "fine"),
        (("1", "result %d, again %d"), "WARNING", "result 1, again 1"),
        (("2",), "CRITICAL", "Service internal check result: 2"),
        (("nothing", "x"), "UNKNOWN", "x"),
        (("7", "x"), "UNKNOWN", "x"),
        (("4", "x"), "UNREACHABLE", "x"),
        ((), "OK", "Service internal check result: 0"),
        (("$_SERVICECODE$", "on $HOSTNAME$"), "CRITICAL", "on h"),
    ],
)
def test_a_service_says_what_its_check_is_told_to_say(arguments: tuple[str, ...], state: str, output: str) -> None:
    """engine.md 4.12 "_internal_service_check"."""
    play = Playbook(answering(*arguments, customs={"_CODE": "2"}))
    play.after(1)
    found = play.item("h;s").state
    assert (found.state, found.output, found.long_output) == (state, output, output)
    assert play.checks == {}


def test_a_host_has_one_too() -> None:
    """engine.md 4.12 "_internal_host_check"."""
    part = Site(max_host_check_spread=0).host("h", check_interval=1).part()
    host = replace(part.objects.hosts[0], check_command=CommandCall("_internal_host_check", ("1",)))
    play = Playbook(replace(part, objects=replace(part.objects, hosts=(host,))))
    play.after(1)
    assert (play.item("h").state.state, play.item("h").state.output) == ("DOWN", "Host internal check result: 1")


@pytest.mark.parametrize(
    ("count", "shares"),
    [(2, (0.8, 0.2)), (3, (0.7, 0.2, 0.1)), (4, (0.6, 0.2, 0.1, 0.1)), (5, (0.4, 0.2, 0.2, 0.1, 0.1))],
)
def test_of_several_states_each_has_its_share(count: int, shares: tuple[float, ...]) -> None:
    codes = list(range(count))
    found = Counter(chosen(codes, (step + 0.5) / 1000) for step in range(1000))
    assert [found[code] / 1000 for code in codes] == list(shares)
    assert chosen([0, 1, 2, 3, 4, 0, 1, 2], 0.999) == 2


def test_states_come_by_chance_and_the_same_way_in_each_replay() -> None:
    part = answering("0,1,2", "%d")
    first, second = Playbook(part), Playbook(part)
    found = outputs(first, 500)
    assert found == outputs(second, 500)
    assert 280 < found["0"] < 420
    assert 50 < found["1"] < 150
    assert 20 < found["2"] < 90
    assert encode_item(first.item("h;s").state) == encode_item(second.item("h;s").state)


def test_an_object_that_is_soft_keeps_its_state_until_it_is_hard() -> None:
    """engine.md 4.12 "_internal_service_check"."""
    play = Playbook(answering("0,2", "%d", max_check_attempts=3))
    state = play.item("h;s").state
    soft = 0
    for _ in range(300):
        before = (state.state, state.state_type.value)
        play.after(60)
        if before == ("CRITICAL", "SOFT"):
            soft += 1
            assert state.state == "CRITICAL"
    assert soft > 10


def test_echo_says_what_is_known_again() -> None:
    """engine.md 4.12 "_echo"."""
    play = Playbook(answering(command="_echo"))
    play.passive("h;s", 1, "from outside | a=1")
    before = play.item("h;s").state.last_chk
    play.after(60)
    state = play.item("h;s").state
    assert (state.state, state.output, state.perf_data) == ("WARNING", "from outside", "a=1")
    assert state.last_chk > before
