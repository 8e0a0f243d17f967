"""Agents of SNMP 3 are believed as ``check_snmp`` believes them, but for what is not signed by whom it should be."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from alignak.execution.standins.snmp import SNMP
from alignak.execution.standins.standin import Call, Result
from tests.support import peers
from tests.support.conformance import ENVIRONMENT, compare, in_process
from tests.support.net_snmp import BASE, USERS, net_snmp
from tests.support.snmp_agent import snmp_agent
from tests.support.snmp_engine import PASSWORD, snmp_engine

pytestmark = pytest.mark.services

SIGNED: Final = f"-L authNoPriv -a SHA -A {PASSWORD}"
AS_THE_PLUGIN: Final = [
    *(
        f"-U {kind} {SIGNED}"
        for kind in ("fine", "unsigned", "after", "user", "engine", "message", "request", "clock", "never")
    ),
    *(f"-U {kind}" for kind in ("fine", "user", "engine", "message", "request", "report-2")),
    *(f"-U report-{number} {words}" for number in (1, 3, 4, 5, 6, 7) for words in ("", SIGNED)),
]
NOT_BELIEVED: Final = (
    "unsigned",
    "old",
    "before",
    "flipped",
    "zeros",
    "short",
    "hearsay",
    "user",
    "message",
    "request",
)
SILENCE: Final = "External command error: Timeout: No Response from"
ONCE: Final = "-t 1 -e 0"


def _words(port: int, words: str) -> list[str]:
    return shlex.split(f"-H 127.0.0.1 -p {port} -o {BASE}.1.0 {words}")


async def _answered(words: Sequence[str]) -> Result:
    assert SNMP.run is not None
    return await SNMP.run(SNMP.read(words), Call(ENVIRONMENT, 0.0))


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Yield the port of net-snmp's agent."""
    try:
        with net_snmp(tmp_path_factory.mktemp("snmpd")) as port:
            yield port
    except peers.PeerMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def engine() -> Iterator[int]:
    """Yield the port of an agent of SNMP 3 that does as its user says."""
    with snmp_engine() as port:
        yield port


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[int]:
    """Yield the port of an agent that does as its community says."""
    with snmp_agent() as port:
        yield port


def test_agents_that_misbehave_are_judged_as_by_the_plugin(engine: int, needs: Callable[[str], Path]) -> None:
    needs("check_snmp")
    needs("snmpget")
    with ThreadPoolExecutor(12) as pool:
        answers = pool.map(lambda case: compare("check_snmp", _words(engine, f"-P 3 {ONCE} {case}")), AS_THE_PLUGIN)
        different = [(case, *both) for case, both in zip(AS_THE_PLUGIN, answers, strict=True) if both[0] != both[1]]
    assert not different


def test_an_answer_that_may_be_anybodys_counts_as_silence(engine: int) -> None:
    async def asked() -> list[Result]:
        lines = (_words(engine, f"-P 3 -U {kind} {SIGNED} {ONCE}") for kind in NOT_BELIEVED)
        return await asyncio.gather(*(_answered(words) for words in lines))

    answers = dict(zip(NOT_BELIEVED, asyncio.run(asked()), strict=True))
    assert not {kind: answer for kind, answer in answers.items() if answer[0] != 3 or SILENCE not in answer[1]}


@pytest.mark.parametrize("kind", ["garbage", "wrongid", "version", "tiny", "false", "deep"])
def test_a_packet_that_is_no_answer_counts_as_silence(misbehaving: int, kind: str) -> None:
    code, text = in_process("check_snmp", _words(misbehaving, f"-P 2c -C {kind} {ONCE}"))
    assert code == 3
    assert SILENCE in text


def test_a_device_may_answer_under_another_community(misbehaving: int) -> None:
    assert in_process("check_snmp", _words(misbehaving, f"-P 2c -C community {ONCE}"))[0] == 0


def test_an_answer_among_noise_is_heard(misbehaving: int) -> None:
    assert in_process("check_snmp", _words(misbehaving, f"-P 2c -C noise {ONCE}"))[0] == 0


class Between(asyncio.DatagramProtocol):
    """Stands between a user and an agent: takes signatures off, or sends again what the agent said before."""

    def __init__(self, agent: int, mode: str) -> None:
        self.agent, self.mode = agent, mode
        self.transport: Any = None
        self.client: Any = None
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, where: Any) -> None:
        if where[1] == self.agent:
            self.heard.append(data)
            self.transport.sendto(data, self.client)
            return
        self.client = where
        is_first_answer_known = len(self.heard) >= 3  # who it is, the answer, who it is again
        if self.mode == "repeats" and is_first_answer_known:
            self.transport.sendto(self.heard[1], where)
            return
        if self.mode == "unsigns":
            data = data.replace(b"\4\1\5\2\1\3", b"\4\1\4\2\1\3")
        self.transport.sendto(data, ("127.0.0.1", self.agent))


async def _through(agent: int, mode: str, times: int, user: str) -> tuple[list[Result], Between]:
    loop = asyncio.get_running_loop()
    transport, between = await loop.create_datagram_endpoint(lambda: Between(agent, mode), local_addr=("127.0.0.1", 0))
    try:
        port = transport.get_extra_info("sockname")[1]
        return [await _answered(_words(port, f"-P 3 {USERS[user]} {ONCE}")) for _ in range(times)], between
    finally:
        transport.close()


def test_an_answer_without_the_users_key_is_not_believed(agent: int) -> None:
    """The agent itself answers a question that lost its signature, and does not sign then either."""
    (answer,), between = asyncio.run(_through(agent, "unsigns", 1, "loose"))
    assert len(between.heard) == 2
    assert SILENCE in answer[1]


@pytest.mark.parametrize("user", ["shaonly", "shaaes", "md5des"])
def test_an_answer_of_before_is_not_believed(agent: int, user: str) -> None:
    (first, second), _ = asyncio.run(_through(agent, "repeats", 2, user))
    assert first[0] == 0
    assert SILENCE in second[1]


def test_users_of_one_name_and_two_passwords_do_not_mix(agent: int) -> None:
    async def asked() -> list[Result]:
        right, wrong = _words(agent, f"-P 3 {USERS['shaonly']}"), _words(agent, f"-P 3 {USERS['shaonly']}x")
        return await asyncio.gather(*(_answered(words) for words in [right, wrong] * 10))

    assert [code for code, _ in asyncio.run(asked())] == [0, 3] * 10


def test_many_agents_are_asked_at_a_time(agent: int) -> None:
    async def asked() -> list[Result]:
        lines = [_words(agent, "-P 2c -t 5 -e 5"), _words(agent, f"-P 3 {USERS['shaaes']} -t 5 -e 5")] * 200
        return await asyncio.gather(*(_answered(words) for words in lines))

    assert {code for code, _ in asyncio.run(asked())} == {0}


@pytest.mark.parametrize("words", ["-P 2c -C silent", "-P 3 -U user", f"-P 3 -U hearsay {SIGNED}"])
def test_a_cancelled_question_leaves_no_descriptor(engine: int, misbehaving: int, words: str) -> None:
    async def cancelled() -> tuple[int, int]:
        port = engine if "-P 3" in words else misbehaving
        before = len(os.listdir("/proc/self/fd"))
        tasks = [asyncio.ensure_future(_answered(_words(port, words))) for _ in range(20)]
        await asyncio.sleep(0.2)
        assert not [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return before, len(os.listdir("/proc/self/fd"))

    before, then = asyncio.run(cancelled())
    assert then == before


def test_a_worker_that_asks_no_agent_does_not_carry_what_that_takes() -> None:
    code = "import sys, alignak.execution.inprocess; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"pyasn1", "alignak.execution.standins.snmp_talk"} & set(run.stdout.split())
