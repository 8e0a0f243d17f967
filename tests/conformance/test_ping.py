"""``check_ping``, ``check_icmp``, ``check_host`` and their stand-ins say the same of hosts that answer in many ways."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alignak.execution.standins import echo, icmp, ping
from alignak.execution.standins.standin import Call, Result, Unsupported
from alignak.execution.standins.table import stand_in
from tests.support.conformance import ENVIRONMENT, FOLDER, Answer, compare, in_process
from tests.support.icmp_hosts import after, answering, network, only, refusing, silent, twice

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"),
]

HOSTS = {
    2: answering,
    3: silent,
    4: after(0.06),
    5: only(frozenset({0, 2})),
    6: twice,
    7: refusing(3, 1),
    8: refusing(3, 1, "10.77.0.99"),
    9: refusing(11, 0),
    10: only(frozenset({0}), answering, refusing(3, 13)),
    11: only(frozenset({1, 2, 3, 4, 5})),
    12: after(0.3),
    13: only(frozenset({0, 1, 2, 3}), answering, refusing(3, 1)),
    **{20 + code: refusing(3, code) for code in range(16)},
    40: refusing(12, 0),
    41: refusing(11, 1),
    **{50 + code: refusing(1, code) for code in range(7)},
    60: refusing(3, 0),
    61: refusing(2, 0),
    62: refusing(4, 1),
}
GONE = "10.88.0.1"
PAIRS = ("-w", "30,20%", "-c", "500,60%")
FAST = ("-p", "2", "-t", "3")


def _v4(*numbers: int) -> list[str]:
    return [f"10.77.0.{number}" for number in numbers]


CASES: list[tuple[str, ...]] = [
    *(("check_ping", "-H", host, *PAIRS, *FAST) for host in _v4(*range(2, 13), *range(20, 36), 40, 41)),
    *(("check_ping", "-H", f"fd77::{number:x}", *PAIRS, *FAST) for number in (2, 3, *range(50, 57), 60, 61, 62)),
    *(("check_ping", *words, *PAIRS, "-p", "1", "-t", "2") for words in (
        ("-H", "127.0.0.1"), ("--hostname=127.0.0.1", "-4"), ("-H", "::1"), ("-6", "-H", "::1"), ("-H", "::1", "-4"),
        ("-6", "-H", "127.0.0.1"), ("-H", GONE), ("-H", "fd99::1"), ("-H", "localhost"), ("-H", "10.77.0.255"),
        ("-H", "no.such.name.invalid"), ("-L", "-H", "127.0.0.1"), ("-H", "127.1"), ("-H", "10.77.0.3", "-L"),
    )),
    *(("check_ping", "-H", "10.77.0.4", "-p", "1", *words) for words in (
        ("-w", "1,1%", "-c", "2,2%"), ("-w", "5000,100%", "-c", "5000,100%"), ("-w", "100.5,20.5%", "-c", "200.25,40%"),
        ("-w", "0,20%", "-c", "0,40%"), ("-w", "500,0%", "-c", "500,0%"), ("-w", "100:20%", "-c", "1234567.89:40%"),
        ("-w", "100,20%", "-c", "200,40%", "-t", "2:3"),
    )),
    ("check_ping", "-H", "10.77.0.5", "-w", "100,25%", "-c", "200,60%", "-p", "3", "-t", "4"),
    ("check_ping", "-H", "10.77.0.3", "-w", "100,100%", "-c", "200,100%", "-p", "2", "-t", "1"),
    *(("check_icmp", *words) for words in (
        *([host] for host in _v4(*range(2, 14), *range(20, 36), 40)),
        *(["-H", f"fd77::{number:x}", "-n", "1"] for number in (2, 3, 50, 60, 62)),
        ["-t", "1", "10.77.0.3"], ["-n", "1", "-c", "200", "10.77.0.3"], ["-n", "3", "-w", "100,33%", "10.77.0.5"],
        ["-w", "100,60%", "10.77.0.5"], ["-w", "100,61%", "10.77.0.5"], ["-c", "500,60%", "10.77.0.5"],
        ["-w", "100,0%", "10.77.0.2"], ["-w", "30", "-c", "2000", "10.77.0.4"], ["-w", "30", "-c", "50", "10.77.0.4"],
        ["-w", "100.5,20.5%", "-c", "300.2,40%", "10.77.0.2"], ["-w", "500,50%", "-c", "300,40%", "10.77.0.2"],
        ["-w", "1s,20", "-c", "2s,50", "10.77.0.2"], ["-w", "50000us,20%", "-c", "70ms,50%", "10.77.0.4"],
        ["-i", "10", "-c", "200", "10.77.0.3"], ["-i", "0.5s", "-n", "2", "10.77.0.4"], ["-l", "3", "10.77.0.2"],
        ["-b", "100", "10.77.0.2"], ["-b", "1000", "-4", "10.77.0.2"], ["-6", "::1"], ["-6", "10.77.0.2"],
        [GONE], ["fd99::1"], ["no.such.name.invalid"], ["localhost"], ["-n", "20", "-i", "1", "10.77.0.2"],
    )),
    *(("check_host", *words) for words in (
        *([host] for host in _v4(2, 4, 5, 6, 7, 11, 12, 22)), ["-t", "1", "10.77.0.3"],
        ["-n", "1", "-c", "100", "10.77.0.3"], ["-w", "10,20%", "-c", "20,50%", "10.77.0.4"],
        ["-i", "10", "-n", "2", "10.77.0.11"], [GONE], ["-6", "::1"],
    )),
]  # fmt: skip


def _plain(text: str) -> str:
    """Take out what the resolver says."""
    return re.sub(r"(Failed to resolve \S+): .*", r"\1", text)


@pytest.fixture(scope="module")
def inside() -> Iterator[Callable[[Callable[[], object]], object]]:
    if os.geteuid() != 0:
        pytest.skip("needs root: a network of one's own")
    with network(HOSTS) as run:
        yield run


@pytest.fixture(scope="module")
def answers(inside: Callable[[Callable[[], object]], object]) -> dict[tuple[str, ...], tuple[Answer, Answer]]:
    """Return what stand-in and plugin answer in every case: all at once, since they mostly wait."""

    def compared(case: tuple[str, ...]) -> tuple[Answer, Answer]:
        return compare(case[0], case[1:], text=_plain)

    def everything() -> object:
        with ThreadPoolExecutor(8) as pool:
            found = dict(zip(CASES, pool.map(compared, CASES), strict=True))
        late = [case for case, (ours, theirs) in found.items() if ours != theirs]
        return found | {case: compared(case) for case in late}  # a busy machine stretches times: once more, alone

    return inside(everything)  # type: ignore[return-value]


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_hosts_are_judged_as_by_the_plugin(
    case: tuple[str, ...], answers: dict[tuple[str, ...], tuple[Answer, Answer]]
) -> None:
    ours, theirs = answers[case]
    assert ours == theirs


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_RAW])
def test_users_without_privileges_get_the_same_answers(
    inside: Callable[[Callable[[], object]], object], kind: int
) -> None:
    def answers() -> object:
        Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 0", encoding="ascii")
        call = Call(ENVIRONMENT, 0.0)
        pinged = ping.read(lambda: kind, ["-H", "10.77.0.10", *PAIRS, "-p", "2"])
        refused = icmp.ICMP.read.func(icmp.ICMP.read.args[0], lambda: kind, ["10.77.0.8"])  # type: ignore[attr-defined]
        found = ping.read(lambda: kind, ["-H", "fd77::2", *PAIRS, "-p", "1"])

        async def all_of_them() -> list[object]:
            assert ping.PING.run is not None
            runs = [ping.PING.run(pinged, call), icmp.run(refused, call), ping.PING.run(found, call)]
            return list(await asyncio.gather(*runs))

        return asyncio.run(all_of_them())

    filtered, unreachable, found = inside(answers)  # type: ignore[misc]
    assert filtered == (2, "CRITICAL - Packet Filtered (10.77.0.10)")
    assert unreachable[1].startswith("CRITICAL - 10.77.0.8: Host unreachable @ 10.77.0.99. rta nan, lost 100%|")
    assert found[1].startswith("PING OK - Packet loss = 0%")


def test_many_checks_of_one_host_do_not_take_each_others_answers(
    inside: Callable[[Callable[[], object]], object],
) -> None:
    async def crowd() -> list[object]:
        words = ["-n", "3", "-i", "200", "10.77.0.4"]
        asked = icmp.ICMP.read(words)
        return list(await asyncio.gather(*(icmp.run(asked, Call(ENVIRONMENT, 0.0)) for _ in range(50))))

    for code, text in inside(lambda: asyncio.run(crowd())):  # type: ignore[attr-defined]
        assert code == 0
        assert "lost 0%" in text
        assert float(text.split("rtmin=")[1].split("ms")[0]) >= 60


def test_a_check_that_is_cancelled_leaves_no_descriptor(inside: Callable[[Callable[[], object]], object]) -> None:
    async def cancelled() -> tuple[int, int]:
        before = len(os.listdir("/proc/self/fd"))
        assert ping.PING.run is not None
        runs = [ping.PING.run(ping.PING.read(["-H", "10.77.0.3", *PAIRS]), Call(ENVIRONMENT, 0.0)) for _ in range(20)]
        tasks = [asyncio.ensure_future(run) for run in runs]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return before, len(os.listdir("/proc/self/fd"))

    before, then = inside(lambda: asyncio.run(cancelled()))  # type: ignore[misc]
    assert then == before


def test_thousands_of_checks_of_one_address_hear_their_own_answers() -> None:
    found = stand_in("check_ping")
    asked = found.read(["-H", "127.0.0.1", "-w", "9000,20%", "-c", "9000,60%", "-p", "3"])
    run = found.run
    assert run is not None

    async def all_at_once() -> list[Result]:
        return await asyncio.gather(*(run(asked, Call(ENVIRONMENT, time.monotonic() + 30)) for _ in range(3000)))

    said = {(code, text.partition(",")[0]) for code, text in asyncio.run(all_at_once())}
    assert said == {(0, "PING OK - Packet loss = 0%")}


def _no_permission() -> int:
    raise Unsupported("pinging from this process")


def test_without_permission_to_ping_the_plugin_runs() -> None:
    with pytest.raises(Unsupported, match="pinging from this process"):
        ping.read(_no_permission, ["-H", "127.0.0.1", *PAIRS])


def test_permission_is_asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> socket.socket:
        raise PermissionError

    monkeypatch.setattr(socket, "socket", refused)
    with pytest.raises(Unsupported, match="ping_group_range"):
        echo.socket_kind.__wrapped__()


@pytest.mark.parametrize(
    "words",
    [
        "check_ping -H 127.0.0.1 -w 100 -c 200",
        "check_ping -H 127.0.0.1",
        "check_ping -H 127.0.0.1 -w 300,20% -c 200,60%",
        "check_ping -H 127.0.0.1,127.0.0.2 -w 100,20% -c 200,60%",
        "check_ping -H 127.0.0.1 -H 127.0.0.2 -w 100,20% -c 200,60%",
        "check_ping 127.0.0.1 -w 100,20% -c 200,60%",
        "check_ping -H 127.0.0.1 -w 100,20% -c 200,60% -p 0",
        "check_ping -H 127.0.0.1 -w 100,20% -c 200,60% -v",
        "check_ping -H 127.0.0.1 -w 100,20% -c 200,60% --ver",
        "check_ping -H 255.255.255.255 -w 100,20% -c 200,60%",
        "check_ping -h",
        "check_icmp",
        "check_icmp 127.0.0.1 127.0.0.2",
        "check_icmp -m 1 127.0.0.1",
        "check_icmp -s 127.0.0.1 127.0.0.1",
        "check_icmp -I 10 127.0.0.1",
        "check_icmp -n 21 127.0.0.1",
        "check_icmp -b 8 127.0.0.1",
        "check_icmp -w x 127.0.0.1",
        "check_icmp -w 100.25,20% 127.0.0.1",
        "check_icmp 0.0.0.0",
        "check_icmp -v 127.0.0.1",
        "check_host -t 0 127.0.0.1",
    ],
)
def test_what_is_not_done_to_the_letter_is_left_to_the_plugin(words: str) -> None:
    name, *rest = words.split()
    with pytest.raises(Unsupported):
        in_process(name, rest)
