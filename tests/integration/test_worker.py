"""Workers: real processes that run orders, die, hang, and are replaced."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alignak.base.clock import ManualClock
from alignak.execution.pool import WorkerPool, plugin_environment, worker_count
from alignak.execution.spawning import Limits
from alignak.execution.strays import children
from alignak.messages.work import Ending, Order, Outcome
from alignak.system.clocks import SystemClock
from tests.support.running import by_id, open_descriptors, order, script


class Owner:
    """What a poller does with a pool."""

    def __init__(self, least: int = 1, most: int = 1, each: int = 64) -> None:
        self.outcomes: list[Outcome] = []
        self.lost: list[Order] = []
        self.pool = WorkerPool(
            "poller-test",
            least,
            most,
            each,
            self.outcomes.extend,
            on_lost=self.lost.extend,
            clock=SystemClock(),
            environment=plugin_environment(os.environ),
        )

    def wait_until(self, reached: Callable[[], bool], within: float = 15.0) -> None:
        until = time.monotonic() + within
        while not reached():
            assert time.monotonic() < until, (self.outcomes, self.lost, self.pool.statistics())
            self.pool.poll(0.1)

    def run(self, *orders: Order) -> list[Outcome]:
        before = len(self.outcomes)
        for each in orders:
            assert self.pool.submit(each)
        self.wait_until(lambda: len(self.outcomes) >= before + len(orders))
        return self.outcomes[before:]


@pytest.fixture
def make() -> Iterator[Callable[..., Owner]]:
    """Make owners of started pools, and see that nothing is left of any."""
    descriptors, processes = open_descriptors(), set(children())
    owners: list[Owner] = []

    def start(*arguments: int) -> Owner:
        owners.append(Owner(*arguments))
        owners[-1].pool.start()
        return owners[-1]

    yield start
    for owner in owners:
        owner.pool.stop(0)
    assert open_descriptors() == descriptors
    assert set(children()) == processes


def test_a_worker_runs_plugins_and_in_process_checks(make: Callable[..., Owner]) -> None:
    owner = make()
    outcomes = by_id(
        owner.run(
            script("echo plugin; exit 1", id_="e-1"),
            order("dummy", "2", "in", "process", id_="e-2", module_type="builtin"),
            order("nothing_like_it", id_="e-3", module_type="builtin"),
            order("/nowhere/check_x", id_="e-4"),
        )
    )

    assert (outcomes["e-1"].exit_code, outcomes["e-1"].output) == (1, "plugin\n")
    assert (outcomes["e-2"].exit_code, outcomes["e-2"].output) == (2, "CRITICAL: in process")
    assert outcomes["e-3"].ending is outcomes["e-4"].ending is Ending.NOT_STARTED
    assert {each.worker for each in outcomes.values()} == {"poller-test"}
    assert owner.pool.running == 0


def test_a_missing_plugin_harms_no_other_check(make: Callable[..., Owner]) -> None:
    owner = make()
    pids = owner.pool.pids()
    orders = [order("/nowhere/check_x" if number % 2 else "/bin/true", id_=f"e-{number}") for number in range(20)]
    outcomes = owner.run(*orders)

    assert [each.ending for each in outcomes].count(Ending.DONE) == 10
    assert owner.pool.pids() == pids
    assert owner.lost == []


def test_the_title_says_whose_worker_it_is(make: Callable[..., Owner]) -> None:
    owner = make()
    owner.run(order("/bin/true"))
    (pid,) = owner.pool.pids().values()

    assert Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0 ") == "alignak-poller-test worker fork_1"


def test_a_plugin_sees_nothing_of_the_worker(make: Callable[..., Owner], tmp_path: Path) -> None:
    owner = make()
    code = (
        "import json, os, resource, subprocess; u = os.umask(0);"
        "print(json.dumps([sorted(os.listdir('/proc/self/fd')), os.getcwd(), u, sorted(os.environ),"
        " resource.getrlimit(resource.RLIMIT_CORE)]))"
    )
    with (tmp_path / "secret").open("w"):
        (outcome,) = owner.run(order(sys.executable, "-c", code))

    descriptors, folder, umask, names, core = json.loads(outcome.output)
    assert descriptors == ["0", "1", "2", "3"]  # the last is the folder being listed
    assert (folder, umask, core) == ("/", 0o077, [0, 0])
    assert set(names) - {"LC_CTYPE"} == {"ALIGNAK_ORDER_ID", "LANG", "PATH"}


def test_what_a_worker_ignores_and_is_allowed_is_not_passed_on(make: Callable[..., Owner]) -> None:
    (outcome,) = make().run(order("/bin/grep", "-E", "Sig(Ign|Blk)", "/proc/self/status"))
    masks = [int(row.split()[1], 16) for row in outcome.output.splitlines()]
    (limit,) = make().run(script("ulimit -d"))

    assert masks == [0, 0]
    assert int(limit.output) == Limits().memory >> 10


PROCESSORS = len(os.sched_getaffinity(0))
ALLOWED = ("/bin/grep", "-h", "Cpus_allowed_list:", "/proc/self/status")


@pytest.mark.skipif(PROCESSORS < 2, reason="there is one processor only")
def test_each_worker_keeps_to_a_processor_when_all_have_one(make: Callable[..., Owner]) -> None:
    owner = make(PROCESSORS, PROCESSORS)
    outcomes = owner.run(*(order(*ALLOWED, id_=f"e-{number}") for number in range(2 * PROCESSORS)))

    assert len({each.output for each in outcomes}) == PROCESSORS
    assert make(1, 1).run(order(*ALLOWED))[0].output not in {each.output for each in outcomes}


@pytest.mark.skipif(PROCESSORS < 2, reason="there is one processor only")
def test_a_script_asks_how_many_processors_there_are_and_hears_of_all(make: Callable[..., Owner]) -> None:
    (outcome,) = make(PROCESSORS, PROCESSORS).run(script("sleep 0.05; nproc"))

    assert outcome.output == f"{PROCESSORS}\n"


@pytest.mark.skipif(PROCESSORS < 2, reason="there is one processor only")
def test_a_plugin_that_takes_longer_may_use_all_processors(make: Callable[..., Owner]) -> None:
    owner = make(PROCESSORS, PROCESSORS)
    owner.pool.submit(order("/bin/sleep", "77"))
    workers = owner.pool.pids().values()

    def is_let_go() -> bool:
        plugins = [pid for worker in workers for pid in _children_of(worker)]
        return [len(os.sched_getaffinity(pid)) for pid in plugins] == [PROCESSORS]

    owner.wait_until(is_let_go)


def _children_of(pid: int) -> list[int]:
    return [int(each) for file in Path(f"/proc/{pid}/task").glob("*/children") for each in file.read_text().split()]


def test_a_killed_worker_is_replaced_and_its_orders_are_told(
    make: Callable[..., Owner], caplog: pytest.LogCaptureFixture
) -> None:
    owner = make()
    owner.run(order("/bin/true", id_="e-0"))
    orders = [script("sleep 60", id_=f"e-{number}") for number in (1, 2, 3)]
    for each in orders:
        owner.pool.submit(each)
    (pid,) = owner.pool.pids().values()
    with caplog.at_level(logging.INFO, "alignak"):
        os.kill(pid, signal.SIGKILL)
        owner.wait_until(lambda: len(owner.lost) == 3)
        owner.wait_until(lambda: bool(owner.pool.pids()))

    assert owner.lost == orders
    assert "The worker fork_1 went down unexpectedly!" in caplog.messages
    assert any("Allocating new 'fork' worker" in message for message in caplog.messages)
    assert list(owner.pool.pids()) == ["fork_2"]
    assert owner.run(order("/bin/true", id_="e-9"))[0].ending is Ending.DONE
    statistics = owner.pool.statistics()
    assert (statistics.deaths, statistics.lost, statistics.is_degraded) == (1, 3, False)


def test_what_a_killed_worker_ran_does_not_run_on(make: Callable[..., Owner]) -> None:
    before = set(children())
    owner = make()
    owner.pool.submit(script("sleep 71 & setsid sleep 72 & echo up; wait", id_="e-1"))
    owner.run(order("/bin/true", id_="e-2"))
    (pid,) = owner.pool.pids().values()
    os.kill(pid, signal.SIGKILL)
    owner.wait_until(lambda: bool(owner.lost))
    owner.wait_until(lambda: set(children()) - before == set(owner.pool.pids().values()) != set())

    assert not _running("sleep 71")
    assert not _running("sleep 72")


def _running(command: str) -> bool:
    words = command.replace(" ", "\0") + "\0"
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if Path(f"/proc/{pid}/cmdline").read_text() == words:
                return True
        except OSError:
            continue
    return False


def test_workers_that_die_again_and_again_are_told_and_not_given_up(
    make: Callable[..., Owner], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = make()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    os.kill(next(iter(owner.pool.pids().values())), signal.SIGKILL)
    (slot,) = owner.pool._slots
    slot.policy._first = 0.001
    owner.wait_until(lambda: owner.pool.statistics().is_degraded)

    assert owner.pool.free == 0
    assert not owner.pool.submit(order("/bin/true"))
    assert any("again and again" in message for message in caplog.messages)
    assert slot.start_at > time.monotonic() + 50


def test_a_worker_that_does_not_answer_is_killed(make: Callable[..., Owner]) -> None:
    owner = make()
    owner.run(order("/bin/true", id_="e-0"))
    (pid,) = owner.pool.pids().values()
    os.kill(pid, signal.SIGSTOP)
    clock = ManualClock(mono=time.monotonic())
    owner.pool._clock = clock
    owner.pool.submit(order("/bin/true", id_="e-1", timeout=5))
    clock.advance(10)
    owner.pool.poll()
    assert owner.lost == []
    clock.advance(20)
    owner.pool.poll()
    owner.pool._clock = SystemClock()
    owner.wait_until(lambda: bool(owner.lost))

    assert [each.id for each in owner.lost] == ["e-1"]


def test_in_process_checks_that_hang_are_late_and_delay_nobody(make: Callable[..., Owner], tmp_path: Path) -> None:
    """A FIFO nobody writes to is what a hanging disk looks like."""
    os.mkfifo(tmp_path / "hang")
    owner = make()
    words = ("site", "--file", str(tmp_path / "hang"), "--host", "h")
    hanging = [order(*words, id_=f"h-{number}", module_type="builtin", timeout=2) for number in range(8)]
    for each in hanging:
        owner.pool.submit(each)
    (quick,) = owner.run(order("dummy", "0", id_="q", module_type="builtin"))
    assert quick.id == "q"
    assert [each.id for each in owner.outcomes] == ["q"], "before any of those that hang"
    owner.wait_until(lambda: len(owner.outcomes) == 9)

    late = [each for each in owner.outcomes if each.id != "q"]
    assert {each.ending for each in late} == {Ending.TIMEOUT}
    assert late[0].output == "site did not come back within 2 s"


def test_a_worker_whose_threads_never_come_back_is_replaced_and_finishes_what_it_runs(
    make: Callable[..., Owner], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "hang")
    owner = make()
    owner.pool.submit(script("sleep 1.5; echo finished", id_="plugin"))
    for number in range(16):
        words = ("site", "--file", str(tmp_path / "hang"), "--host", "h")
        owner.pool.submit(order(*words, id_=f"h-{number}", module_type="builtin", timeout=0.2))
    owner.wait_until(lambda: "fork_2" in owner.pool.pids())
    owner.wait_until(lambda: any(each.id == "plugin" for each in owner.outcomes))
    owner.wait_until(lambda: list(owner.pool.pids()) == ["fork_2"])

    assert len(owner.outcomes) == 17
    assert owner.lost == []
    assert owner.pool.statistics().deaths == 0
    assert owner.run(order("dummy", "0", module_type="builtin"))[0].exit_code == 0


def test_a_full_pool_refuses_and_says_how_much_it_can_take(make: Callable[..., Owner]) -> None:
    owner = make(1, 1, 3)
    assert owner.pool.free == 3
    accepted = [owner.pool.submit(script("sleep 0.2", id_=f"e-{number}")) for number in range(5)]

    assert accepted == [True, True, True, False, False]
    assert (owner.pool.free, owner.pool.running) == (0, 3)
    owner.wait_until(lambda: owner.pool.running == 0)
    assert owner.pool.free == 3


def test_work_is_spread_and_more_workers_come_when_all_are_busy(make: Callable[..., Owner]) -> None:
    owner = make(2, 3, 2)
    assert owner.pool.free == 6
    for number in range(6):
        assert owner.pool.submit(script("sleep 0.5", id_=f"e-{number}"))

    assert owner.pool.statistics().workers == {"fork_1": 2, "fork_2": 2, "fork_3": 2}
    owner.wait_until(lambda: len(owner.outcomes) == 6)


def test_orders_given_together_are_shared_out_and_those_that_find_no_place_are_told(make: Callable[..., Owner]) -> None:
    owner = make(2, 3, 2)
    orders = [script("sleep 0.3", id_=f"e-{number}") for number in range(8)]

    assert owner.pool.submit_all(orders[:3]) == 3
    assert owner.pool.statistics().workers == {"fork_1": 2, "fork_2": 1}
    assert owner.pool.submit_all(orders[3:]) == 3
    assert owner.pool.submit_all(orders[6:]) == 0
    owner.wait_until(lambda: len(owner.outcomes) == 6)
    assert {each.id for each in owner.outcomes} == {each.id for each in orders[:6]}


def test_zero_workers_means_one_for_each_processor() -> None:
    assert worker_count(0) == PROCESSORS
    assert worker_count(3) == 3


def test_large_outputs_come_whole_while_others_are_sent(make: Callable[..., Owner]) -> None:
    owner = make()
    outcomes = owner.run(
        *(
            order(sys.executable, "-c", "print('é' * 30000)", id_=f"e-{number}", environment={"X": "y" * 50_000})
            for number in range(20)
        )
    )

    assert {len(each.output) for each in outcomes} == {30_001}


def test_a_clean_stop_lets_work_end_and_gives_the_rest_back() -> None:
    owner = Owner()
    owner.pool.start()
    quick, slow = script("sleep 0.3; echo done", id_="quick"), script("sleep 73", id_="slow")
    owner.pool.submit(quick)
    owner.pool.submit(slow)
    begun = time.monotonic()

    assert owner.pool.stop(1.0) == [slow]
    assert time.monotonic() - begun < 3
    assert [each.output for each in owner.outcomes] == ["done\n"]
    assert not _running("sleep 73")
    assert not owner.pool.submit(quick)


def test_a_pool_can_work_in_a_thread_of_its_own() -> None:
    owner = Owner()
    owner.pool.start()
    owner.pool.run_in_thread()
    came = threading.Event()
    owner.pool._on_outcomes = lambda _: came.set()

    assert owner.pool.submit(order("/bin/true"))
    assert came.wait(10)
    assert owner.pool.stop(1.0) == []


def test_a_loop_that_selects_is_woken_by_outcomes(make: Callable[..., Owner]) -> None:
    owner = make()
    owner.pool.submit(order("/bin/true"))

    assert select.select([owner.pool], [], [], 10)[0]
    owner.wait_until(lambda: bool(owner.outcomes))


DAEMON = """
import os, sys, time
from alignak.execution.pool import WorkerPool, plugin_environment
from alignak.system.clocks import SystemClock
sys.path.insert(0, sys.argv[1])
from tests.support.running import order, script
pool = WorkerPool("poller-test", 1, 1, 8, lambda outcomes: print(*[each.output for each in outcomes], flush=True),
                  on_lost=print, clock=SystemClock(), environment=plugin_environment(os.environ))
pool.start()
pool.submit(script("trap '' TERM; sleep 74 & setsid sleep 75 & sleep 76", id_="e-1"))
pool.submit(script("echo up $PPID", id_="e-2"))
while True:
    pool.poll(1)
"""


def test_a_worker_ends_with_everything_it_runs_when_its_daemon_dies() -> None:
    root = str(Path(__file__).parents[2])
    daemon = subprocess.Popen([sys.executable, "-c", DAEMON, root], stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    worker = int(daemon.stdout.readline().split()[1])
    daemon.kill()
    daemon.communicate()
    until = time.monotonic() + 5
    while os.path.exists(f"/proc/{worker}/exe") and time.monotonic() < until:
        time.sleep(0.02)

    assert not os.path.exists(f"/proc/{worker}/exe")
    assert [each for each in (74, 75, 76) if _running(f"sleep {each}")] == []


def test_ctrl_c_at_the_terminal_is_for_the_daemon_and_not_for_its_workers(make: Callable[..., Owner]) -> None:
    owner = make()
    owner.run(order("/bin/true", id_="e-0"))
    (pid,) = owner.pool.pids().values()
    assert os.getsid(pid) == pid
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)

    assert owner.run(order("/bin/true", id_="e-1"))[0].ending is Ending.DONE
    assert owner.lost == []
