"""``check_snmp`` and its stand-in say the same of net-snmp's agent, and of agents that misbehave."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.execution.standins.snmp import SNMP
from alignak.execution.standins.standin import Call, Unsupported
from tests.support import peers
from tests.support.conformance import ENVIRONMENT, compare, in_process
from tests.support.snmp_agent import snmp_agent

pytestmark = pytest.mark.services

BASE: Final = ".1.3.6.1.4.1.9999"
VALUES: Final[Mapping[int, tuple[str, str]]] = dict(
    enumerate(
        (
            ("integer", "42"), ("integer", "-7"), ("gauge", "4294967295"), ("counter", "4000000000"),
            ("counter64", "18446744073709551615"), ("timeticks", "8640000"), ("ipaddress", "10.1.2.3"),
            ("objectid", ".1.3.6.1.4.1.8072.3.2.10"), ("string", "plain text"), ("string", "42"), ("string", "42.5 degrees"),
            ("string", ""), ("string", 'with "quotes" and \\back'), ("octet", "00 01 FF 80"), ("string", "a=b = c"),
            ("string", "-3.5"), ("octet", "41 42 0A 43"), ("octet", "67 72 FC 6E"), ("integer", "0"),
            ("string", "temp: 37 C"), ("string", " 55"), ("string", "0x1f"), ("string", "1e3"), ("timeticks", "1"),
            ("octet", "41 42 43 00"), ("octet", "41 09 42"), ("string", "0123456789" * 10), ("octet", "00 " * 25),
            ("octet", "41 0D 0A 42"), ("timeticks", "123456789"), ("octet", "20 20"), ("octet", "1E 05"),
            ("octet", "A0 B0"), ("octet", "2D 35 80"), ("string", "a-b"), ("string", "x.5"), ("timeticks", "17280000"),
            ("octet", "35 0A 36"), ("octet", "0A 35"), ("string", "INTEGER: 5"), ("string", "OID: 5"), ("integer", "-2147483648"),
        ),
        1,
    )
)  # fmt: skip
USERS: Final = {
    "noauth": "-U noauth",
    "shaonly": "-U shaonly -L authNoPriv -a SHA -A authpassword",
    "md5des": "-U md5des -L authPriv -A authpassword -X privpassword",
    "shaaes": "-U shaaes -L authPriv -a SHA -A authpassword -x AES -X privpassword",
}


def _oids(*numbers: int) -> str:
    return ",".join(f"{BASE}.{each}.0" for each in numbers)


QUESTIONS: Final = [
    *(f"-P {version} -o {_oids(place)}{limits}" for place in VALUES for version, limits in (("2c", ""), ("1", " -w 10 -c 50"))),
    *(f"-P 2c -o {each}" for each in (_oids(99), f"{BASE}.1", ".1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.2.0", ".2.5.1", ".0.0")),
    *(f"-P 1 -o {each}" for each in (_oids(99), _oids(1, 99), _oids(99, 1), _oids(98, 99), f"{_oids(1)} -o {_oids(2)}")),
    *(f"-P {version} -n -o {each}" for version in ("1", "2c") for each in (BASE, _oids(1), _oids(1, 3), ".2.9", f"{_oids(1)},.2.9")),
    *(f"-P 2c -o {_oids(1)} {each}" for each in (
        "-l up", "-l 'up time' -u s", "-u %", "-O -l up", "-w 10:20 -c 30:40", "-w 50:", "-w @40:50", "-w 1.5 -c 2.5",
        "-w ~:50", "-c ,5", "-w 42", "-w 41", "-c 42:42", "-s 42", "-s 4", "-s 42 --invert-search", "-r ^4", "-r '^ '",
        "-r =", "-r INTEGER", "-r '^='", "-r '42$'", "-r '^ INTEGER'", "-r 42 -w 10", "-R integer", "-r 'I.*(R|x): 4[0-9]'",
        "-r 42 --invert-search", "-r 43 --invert-search", "-D /", "-e 0", "-m ''", "-4", "-t 3", "-z 0 -w 50",
        "-l a.b/c:d -u B/s",
    )),
    *(f"-P 2c -o {_oids(9)} {each}" for each in (
        "-s 'plain text'", "-s '\"plain text\"'", "-s '\"plain text\"' --invert-search", "-r plain", "-r PLAIN", "-R PLAIN",
        "-r '^ STRING'", "-r 'text\"$'", "-r 'pl(ain|ane)'", "-r 'plain' --invert-search", "-z 0 -w 5", "-z 1 -c 5",
    )),
    *(f"-P 2c -o {each}" for each in (
        f"{_oids(1, 3)} -l up,down -u B,%", f"{_oids(1, 3)} -l up -u B", f"{_oids(1, 3)} -O -l up,down", f"{_oids(1, 9)} -D ' / '",
        f"{_oids(1, 3, 4)} -w 10,20 -c 50", f"{_oids(1, 3, 4)} -w 50,5000000000,1 -c 60,5000000000,1",
        f"{_oids(1, 2)} -w :50,-10:0 -c ~:100,~:0", f"{_oids(9, 6)} -w ,100 -c ,1000000000", f"{_oids(1, 9)} -r plain",
        f"{_oids(9, 1)} -r plain", f"{_oids(9, 1)} -s '\"plain text\"' -w ,50", f"{_oids(17, 1)} -r AB", f"{_oids(28)} -r 00",
        f"{_oids(12)} -s '\"\"'", f"{_oids(99)} -w 5", f"{_oids(99)} -s x", f"{_oids(6)} -r day", f"{_oids(7)} -r 10.1",
        _oids(*range(1, 9)), _oids(*[1] * 20), f"{_oids(1, 2)} -c 5", f"{_oids(9, 9)} -w 5",
    )),
    *(f"-P 3 {user} -o {oids}" for user in USERS.values() for oids in (f"{_oids(1, 9)} -w 10", f"{_oids(99)}")),
    f"-P 3 {USERS['shaaes']} -n -o {_oids(1)}",
    f"-P 3 -U noauth -L noAuthNoPriv -o {_oids(1)}",
    f"-P 3 -U shaonly -L authNoPriv -a SHA -A wrongpassword -o {_oids(1)} -t 1 -e 1",
    f"-P 3 -U shaonly -L authNoPriv -a MD5 -A authpassword -o {_oids(1)} -t 1 -e 1",
    f"-P 3 -U nobody -L authNoPriv -a SHA -A authpassword -o {_oids(1)} -t 1 -e 1",
    f"-P 3 -U shaaes -L authPriv -a SHA -A authpassword -x AES -X wrongpassword -o {_oids(1)} -t 1 -e 0",
    f"-P 3 -U shaaes -L authNoPriv -a SHA -A authpassword -o {_oids(1)} -t 1 -e 0",
    f"-P 3 -U noauth -L authNoPriv -A authpassword -o {_oids(1)} -t 1 -e 0",
    f"-P 3 -U noauth -N elsewhere -o {_oids(1)} -t 1 -e 0",
    f"-P 2c -C wrong -o {_oids(1)} -t 1 -e 1",
]  # fmt: skip
MISBEHAVIOURS: Final = [
    *(f"-P {version} -C {kind} -o {_oids(1, 2)} -t 1 -e 1" for version in ("1", "2c") for kind in (
        "float", "double", "null", "opaque", "zero", "joint", "huge", "wide", "silent", "garbage", "wrongid", "late",
        "community", "version", "other", "fewer", "none", "more", "swapped", "twice", "big", "second", "slow",
    )),
    *(f"-P 2c -C {kind} -o {_oids(1)} -w 5" for kind in ("float", "double", "wide", "huge")),
    *(f"-P 2c -C status-{status} -o {_oids(1, 2)}" for status in range(1, 21)),
    *(f"-P 1 -C status-{status} -o {_oids(1)}" for status in range(1, 7)),
    *(f"-P 2c -n -C status-{status} -o {_oids(1, 2)}" for status in (1, 2, 5)),
]  # fmt: skip
ELSEWHERE: Final = [
    f"-H 127.0.0.1 -p 1 -o {_oids(1)} -t 1 -e 1",
    f"-H 127.0.0.1 -p 1 -P 3 {USERS['shaonly']} -o {_oids(1)} -t 1 -e 1",
    f"-H 127.0.0.1 -p 1 -o {_oids(1)} -t 6 -e 0",
    f"-H no.such.name.invalid -o {_oids(1)}",
    f"-H no.such.name.invalid -n -o {_oids(1)}",
]


def _agent_of_net_snmp(folder: Path, port: int) -> str:
    """Write what the agent answers with, and return its configuration."""
    lines = ['o="$2"', 'if [ "$1" = -n ]; then case "$o" in']
    names = [BASE, *(f"{BASE}.{place}.0" for place in VALUES)]
    lines += [f"{name}) o={after};;" for name, after in zip(names, names[1:], strict=False)]
    lines += ["*) exit 0;;", "esac; fi", 'say() { echo "$o"; echo "$1"; printf "%s\\n" "$2"; }', 'case "$o" in']
    lines += [f"{BASE}.{place}.0) say {kind} {shlex.quote(text)};;" for place, (kind, text) in VALUES.items()]
    (folder / "values.sh").write_text("\n".join([*lines, "esac"]), encoding="utf-8")
    return "\n".join(
        (
            f"agentAddress udp:127.0.0.1:{port}",
            "rocommunity public",
            "sysName tester",
            "createUser noauth",
            'createUser md5des MD5 "authpassword" DES "privpassword"',
            'createUser shaaes SHA "authpassword" AES "privpassword"',
            'createUser shaonly SHA "authpassword"',
            "rouser noauth noauth",
            "rouser md5des priv",
            "rouser shaaes priv",
            "rouser shaonly auth",
            f"pass {BASE} /bin/sh {folder}/values.sh",
        )
    )


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], Path]) -> Iterator[int]:
    """Yield the port of net-snmp's agent."""
    needs("check_snmp")
    needs("snmpget")
    try:
        peer = peers.snmpd()
    except peers.PeerMissingError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("snmpd")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    (folder / "snmpd.conf").write_text(_agent_of_net_snmp(folder, port), encoding="utf-8")
    argv = [peer.program, "-f", "-Ln", "-C", "-c", folder / "snmpd.conf", "-p", folder / "pid", "-M", "", "-m", ""]
    process = subprocess.Popen(argv, env={**peer.environment, "SNMP_PERSISTENT_DIR": str(folder)})
    try:
        until = time.monotonic() + 10
        asked = ["-H", "127.0.0.1", "-p", str(port), "-o", ".1.3.6.1.2.1.1.5.0", "-t", "1", "-e", "0"]
        while time.monotonic() < until and in_process("check_snmp", asked)[0]:
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def misbehaving(needs: Callable[[str], Path]) -> Iterator[int]:
    """Yield the port of an agent that does as its community says."""
    needs("check_snmp")
    needs("snmpget")
    with snmp_agent() as port:
        yield port


def _plain(text: str) -> str:
    return re.sub(r"\(\d+\) [^\n|]*?\d\.\d\d", "(#)", text)


def _compare_all(cases: Sequence[str]) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = pool.map(lambda case: compare("check_snmp", shlex.split(case)), cases)
        different = [
            f"{case}\n{ours}\n{theirs}" for case, (ours, theirs) in zip(cases, answers, strict=True) if ours != theirs
        ]
    assert not different, "\n".join(different)


def test_values_are_judged_as_by_the_plugin(agent: int) -> None:
    _compare_all([f"-H 127.0.0.1 -p {agent} {words}" for words in QUESTIONS])


def test_agents_that_misbehave_are_judged_as_by_the_plugin(misbehaving: int) -> None:
    _compare_all([f"-H 127.0.0.1 -p {misbehaving} {words}" for words in MISBEHAVIOURS] + ELSEWHERE)
