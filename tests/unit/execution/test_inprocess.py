"""Which checks a worker answers itself, how, and what happens when it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from alignak.execution import acceleration
from alignak.execution.acceleration import Accepted, accepted, is_accepted
from alignak.execution.inprocess import InProcess
from alignak.execution.standins.standin import Call, Result, StandIn
from alignak.execution.standins.table import TABLE, stand_in
from alignak.execution.threads import Threads
from alignak.messages.work import Ending, Order, Outcome, Work
from alignak.system.clocks import SystemClock
from tests.support.running import order

GENUINE = b"\x7fELF ... check_dummy v2.3.3 (monitoring-plugins 2.3.3)"


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., str]:
    """Make programs that may be the plugin of their name."""

    def make(content: bytes = GENUINE, name: str = "check_dummy") -> str:
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(0o755)
        return str(path)

    return make


def run(*orders: Order, want: int = 1) -> tuple[list[Outcome], dict[str, str]]:
    """Return the outcomes of orders, and why plugins were asked for, by the id of the order."""

    async def main() -> tuple[list[Outcome], dict[str, str]]:
        clock, came = SystemClock(), asyncio.Event()
        processes: dict[str, str] = {}

        def run_plugin(failed: Order, reason: str) -> None:
            processes[failed.id] = reason
            came.set()

        threads = Threads(clock, "poller-1")
        ours = InProcess(clock, "poller-1", threads, run_plugin, came.set)
        asyncio.get_running_loop().add_reader(threads.fileno(), came.set)
        outcomes: list[Outcome] = []
        for each in orders:
            ours.start(each)
        while len(outcomes) + len(processes) < want:
            await asyncio.wait_for(came.wait(), 5)
            came.clear()
            outcomes += ours.take()
        return outcomes, processes

    return asyncio.run(main())


def standing_in(monkeypatch: pytest.MonkeyPatch, found: StandIn) -> None:
    monkeypatch.setattr(acceleration, "_remembered", lambda _name, words: Accepted(found, words))


def test_a_known_plugin_is_answered_without_a_process(plugin: Callable[..., str]) -> None:
    (outcome,), processes = run(order(plugin(), "1", "so so"))

    assert (outcome.exit_code, outcome.output, outcome.ending) == (1, "WARNING: so so", Ending.DONE)
    assert outcome.is_in_process
    assert not processes


WHY = {
    "a script of somebody's own": (
        {"content": b"#!/bin/sh\n# wraps monitoring-plugins\n"},
        {},
        "is not the check_dummy",
    ),
    "the plugin of another family": ({"content": b"\x7fELF nagios-plugins 2.4"}, {}, "is not the check_dummy"),
    "a plugin nothing stands in for": ({"name": "check_own"}, {}, "nothing stands in for check_own"),
    "words that are not known": ({}, {"words": ("-h",)}, "not done in process"),
    "a command that says so": ({}, {"is_accelerated": False}, "accelerate_plugins is 0"),
    "a line for a shell": ({}, {"shell": True}, "needs a shell"),
    "a notification": ({}, {"work": Work.NOTIFICATION}, "only checks"),
}


@pytest.mark.parametrize("what", WHY)
def test_what_a_plugin_is_run_for(what: str, plugin: Callable[..., str]) -> None:
    program, changes, reason = WHY[what]
    fields = dict(changes)
    words = fields.pop("words", ("0",))
    made = order(plugin(**program), *words)
    changed = type(made)(**{**{name: getattr(made, name) for name in made.__struct_fields__}, **fields})

    found = accepted(changed)

    assert isinstance(found, str)
    assert reason in found
    assert not is_accepted(changed)
    assert not is_accepted(changed), "remembered otherwise"


def test_a_plugin_that_becomes_a_wrapper_is_run_from_then_on(plugin: Callable[..., str]) -> None:
    made = order(plugin(), "0")
    assert isinstance(accepted(made), Accepted)
    assert is_accepted(made)
    plugin(b"#!/bin/sh\nexec /opt/check_dummy -v\n")
    assert isinstance(accepted(made), str)
    assert not is_accepted(made)
    Path(made.argv[0]).unlink()
    assert isinstance(accepted(made), str)


async def breaks(_asked: object, _call: Call) -> Result:
    raise ZeroDivisionError("oh")


def block_breaks(_asked: object, _call: Call) -> Result:
    raise ZeroDivisionError("oh")


@pytest.mark.parametrize("found", [StandIn(str, breaks), StandIn(str, block=block_breaks)], ids=["loop", "thread"])
def test_a_stand_in_that_fails_is_run_as_the_plugin(
    found: StandIn, plugin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(monkeypatch, found)
    outcomes, processes = run(order(plugin(), "0", id_="e-7"))

    assert not outcomes
    assert processes == {"e-7": "the stand-in failed: ZeroDivisionError: oh"}


def test_one_that_never_answers_is_ended_at_its_timeout(
    plugin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    async def hangs(_asked: object, _call: Call) -> Result:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cleaned up")
        raise AssertionError

    standing_in(monkeypatch, StandIn(str, hangs))
    (outcome,), _ = run(order(plugin(), "0", timeout=0.1))

    assert (outcome.ending, outcome.exit_code) == (Ending.TIMEOUT, 3)
    assert ended == ["cleaned up"]


def test_a_thousand_that_hang_do_not_delay_the_next(
    plugin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run_one(words: tuple[str, ...], _call: Call) -> Result:
        if words == ("2",):
            await asyncio.Event().wait()
        return 0, "OK"

    standing_in(monkeypatch, StandIn(str, run_one))
    path = plugin()
    hung = [order(path, "2", id_=f"hung-{number}", timeout=20) for number in range(1000)]
    outcomes, _ = run(*hung, order(path, "0", id_="quick"))

    assert [each.id for each in outcomes] == ["quick"]


def test_a_command_of_module_type_builtin_names_a_plugin_or_a_check_of_ours() -> None:
    outcomes, _ = run(
        order("check_dummy", "2", id_="a", module_type="builtin"),
        order("dummy", "1", id_="b", module_type="builtin"),
        order("check_dummy", "-h", id_="c", module_type="builtin"),
        order("check_nothing", id_="d", module_type="nrpe_poller"),
        want=4,
    )
    found = {each.id: each for each in outcomes}

    assert {key: each.exit_code for key, each in found.items()} == {"a": 2, "b": 1, "c": 3, "d": 127}
    assert "check_dummy does not do this in process: option -h" in found["c"].output
    assert found["d"].ending is Ending.NOT_STARTED
    assert found["d"].output == "check_nothing: no in-process check of this name for module_type nrpe_poller"


def test_a_trial_says_how_it_was_run(plugin: Callable[..., str]) -> None:
    (outcome,), _ = run(order(plugin(), "0", work=Work.TRIAL))
    assert outcome.way == "answered in process"


def test_every_row_of_the_table_is_a_stand_in() -> None:

    for name in TABLE:
        found = stand_in(name)
        assert (found.run is None) != (found.block is None), name
