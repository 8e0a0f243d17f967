"""``check_ntp_time`` and ``check_time`` and their stand-ins say the same of clocks, right and wrong."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from alignak.execution.standins.standin import Call, Result, Unsupported
from alignak.execution.standins.table import stand_in
from tests.support.conformance import ENVIRONMENT, FOLDER, compare, in_process, taken_apart
from tests.support.machines import needed, played
from tests.support.time_servers import Clock, ntp, time_by_tcp, time_by_udp, told

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"
)

_OFFSET: Final = re.compile(r"Offset \S+ secs")
_WAYS: Final = (
    "",
    "-w 0.5 -c 1",
    "-w 1 -c 2",
    "-w 1 -c 3",
    "-w 3 -c 1",
    "-w 2:3 -c 1:4",
    "-w @1 -c 5",
    "-w 5:10 -c 5",
    "-w 1: -c 50:",
    "-w -3:3 -c -5:5",
    "-w .5",
    "-c 2",
    "-q",
    "-4 -t 3",
    "-o 3 -w 2 -c 4",
    "-o -2 -w 1 -c 3",
    "-o -2 -w 0.4 -c 3",
    "--time-offset=100",
    "--warning=1 --critical=2 --quiet --timeout=5 --use-ipv4",
)


@contextlib.contextmanager
def _several(clocks: Sequence[Clock]) -> Iterator[list[int]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(ntp(each)) for each in clocks]


def _said_alike(cases: Sequence[tuple[str, Sequence[str]]], text: Callable[[str], str] | None = None) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda case: compare(*case, text=text), cases))
    assert not {" ".join(case[1]): pair for case, pair in zip(cases, answers, strict=True) if pair[0] != pair[1]}


def _without_offset(text: str) -> str:
    return _OFFSET.sub("Offset # secs", text)


@pytest.mark.parametrize("offset", [0.0, 2.5, -2.5, 70.0, 1e6])
def test_a_clock_is_judged_alike(offset: float) -> None:
    with ntp(Clock((offset,))) as port:
        words = [("check_ntp_time", ("-H", "127.0.0.1", "-p", str(port), *each.split())) for each in _WAYS]
        _said_alike(words, _without_offset)


def test_clocks_that_are_not_to_be_believed_are_told_alike() -> None:
    clocks = (
        Clock(leap=3),
        Clock(stratum=0),
        Clock(stratum=16),
        Clock(length=20),
        Clock(length=0),
        Clock(has_times=False),
        Clock((0.0, 1.0, 2.0, 3.0)),
        Clock((10.0,), answers=2),
        Clock((10.0,), silent=1, answers=4),
        Clock(answers=0),
    )
    with _several(clocks) as ports:
        cases = [
            ("check_ntp_time", ("-H", "127.0.0.1", "-p", str(port), "-t", "3", *more))
            for port in ports
            for more in ((), ("-q",))
            if not more or port in ports[:6]
        ]
        _said_alike(cases, _without_offset)


def test_the_offset_is_the_mean_of_four() -> None:
    with ntp(Clock((0.0, 1.0, 2.0, 3.0))) as port:
        code, text = in_process("check_ntp_time", ["-H", "127.0.0.1", "-p", str(port), "-w", "1", "-c", "1.4"])
    assert code == 2
    assert float(text.split("offset=")[1].split("s;")[0]) == pytest.approx(1.5, abs=0.2)


_HOSTS: Final = """
printf '127.0.0.%s many\\n' 1 2 3 > "$FOLDER/hosts"
mount --bind "$FOLDER/hosts" /etc/hosts
"""


@needed
@pytest.mark.parametrize(
    "clocks",
    [
        (Clock((10,)), Clock((20,)), Clock((30,))),
        (Clock((10,), stratum=3), Clock((20,), stratum=2), Clock((30,), stratum=4)),
        (Clock((10,), delay=3 << 16), Clock((20,), delay=1 << 16), Clock((30,), delay=2 << 16)),
        (
            Clock((10,), delay=9 << 16, dispersion=1),
            Clock((20,), delay=1, dispersion=2),
            Clock((30,), delay=3, dispersion=1),
        ),
        (Clock((10,), leap=3, stratum=1), Clock((20,)), Clock((30,))),
        (Clock((10,), leap=3), Clock((20,), stratum=0), Clock((30,), answers=0)),
        (Clock((10,), answers=1, stratum=1), Clock((20,), delay=1), Clock((30,))),
    ],
)
def test_of_several_addresses_the_same_one_is_believed(clocks: Sequence[Clock], tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(ntp(clocks[0]))
        for number, clock in enumerate(clocks[1:], 2):
            stack.enter_context(ntp(clock, f"127.0.0.{number}", port))
        case = f"check_ntp_time -H many -p {port} -t 3 -w 15 -c 25"
        pair = played(_HOSTS, [case], tries=1, FOLDER=str(tmp_path))[case]
    ours, theirs = (taken_apart((each[0], _without_offset(each[1]))) for each in pair)
    assert ours == theirs


def test_who_cannot_be_asked_is_told_alike() -> None:
    words = (
        "-H 127.0.0.1 -p 1 -t 3",
        "-H 127.0.0.1 -p 1 -t 3 -q",
        "-H no-such-host.invalid",
        "-H 127.0.0.1 -6",
        "-6 -H 127.0.0.1",
        "-H ::1 -4",
        "-4 -H ::1",
    )
    _said_alike([("check_ntp_time", each.split()) for each in words])


_TIME_WAYS: Final = (
    "",
    "-w 5 -c 10",
    "-w 3",
    "-c 7",
    "-w 2 -c 6",
    "-w 10 -c 5 -t 3",
    "-W 5 -C 9",
    "-C 5 -w 5",
    "--warning-variance=5 --critical-variance=10 --warning-connect=3 --critical-connect=4",
)


@pytest.mark.parametrize("offset", [0, 7, -7, 100_000])
def test_the_time_protocol_is_judged_alike(offset: int) -> None:
    with time_by_tcp(lambda: told(offset)) as tcp, time_by_udp(lambda: told(offset)) as udp:
        for way in _TIME_WAYS:
            for transport in (("-p", str(tcp)), ("-u", "-p", str(udp))):
                words = ("-H", "127.0.0.1", *transport, *way.split())
                assert any(len({*compare("check_time", words, text=_whole)}) == 1 for _ in range(4)), words


@pytest.mark.parametrize("name", ["check_ntp_time", "check_time"])
def test_a_clock_is_asked_under_uvloop_too(name: str) -> None:
    uvloop = pytest.importorskip("uvloop")
    with ntp(Clock()) as clock, time_by_udp(lambda: told(0)) as teller:
        words = ["-H", "127.0.0.1", "-p", str(clock)] if name == "check_ntp_time" else ["-uH127.0.0.1", f"-p{teller}"]
        run = stand_in(name).run
        assert run is not None
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code, text = runner.run(_answered(run, stand_in(name).read(words)))
    assert (code, text[:3]) in {(0, "NTP"), (0, "TIM")}


async def _answered(run: Callable[[object, Call], Awaitable[Result]], asked: object) -> Result:
    return await run(asked, Call(ENVIRONMENT, time.monotonic() + 9))


def test_servers_that_tell_no_time_are_told_alike() -> None:
    texts = (b"", b"ab", b"abcdefgh")
    with contextlib.ExitStack() as stack:
        tcp = [stack.enter_context(time_by_tcp(lambda text=text: text)) for text in texts]  # type: ignore[misc]
        udp = [stack.enter_context(time_by_udp(lambda text=text: text)) for text in texts[:2]]  # type: ignore[misc]
        silent = stack.enter_context(time_by_tcp(lambda: None))
        mute = stack.enter_context(time_by_udp(lambda: None))
        cases = [("-p", str(each)) for each in (*tcp, silent, 1)] + [
            ("-u", "-p", str(each)) for each in (*udp, mute, 1)
        ]
        _said_alike([("check_time", ("-H", "127.0.0.1", "-t", "2", *each)) for each in cases], _whole)


def _whole(text: str) -> str:
    """Take out a difference too large to be the same a moment later."""
    return re.sub(r"\d{6,} second", "# second", text)


@pytest.mark.parametrize(
    "words",
    [
        "check_ntp_time",
        "check_ntp_time 127.0.0.1",
        "check_ntp_time -H 127.0.0.1 -w a",
        "check_ntp_time -H 127.0.0.1 -p ntp",
        "check_ntp_time -H 127.0.0.1 -o soon",
        "check_ntp_time -H 127.0.0.1 -t 3:1",
        "check_ntp_time -H 127.0.0.1 -v",
        "check_ntp_time -h",
        "check_time",
        "check_time -H 127.0.0.1 -w 1:5",
        "check_time -H 127.0.0.1 -w -5",
        "check_time -H 127.0.0.1 -t 2:1",
        "check_time -4 -H 127.0.0.1",
    ],
)
def test_what_the_plugins_refuse_or_explain_is_left_to_them(words: str) -> None:
    name, *rest = words.split()
    with pytest.raises(Unsupported):
        in_process(name, rest)


@pytest.mark.parametrize("name", ["check_ntp_time", "check_time"])
def test_a_check_that_is_stopped_leaves_no_descriptor(name: str) -> None:
    async def stopped(port: int) -> int:
        run = stand_in(name).run
        assert run is not None
        asked = stand_in(name).read(["-H", "127.0.0.1", "-p", str(port), *(["-u"] if name == "check_time" else [])])
        before = len(os.listdir("/proc/self/fd"))
        tasks = [asyncio.ensure_future(run(asked, Call(ENVIRONMENT, time.monotonic() + 9))) for _ in range(20)]
        while len(os.listdir("/proc/self/fd")) < before + 20:
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(os.listdir("/proc/self/fd")) - before

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert asyncio.run(stopped(silent.getsockname()[1])) == 0
