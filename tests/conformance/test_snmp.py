"""``check_snmp`` and its stand-in say the same of net-snmp's agent, and of agents that misbehave."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from alignak.execution.standins.standin import Unsupported
from tests.support import peers
from tests.support.conformance import compare, in_process
from tests.support.net_snmp import BASE, USERS, VALUES, net_snmp
from tests.support.snmp_agent import snmp_agent

pytestmark = pytest.mark.services

_OIDS: Final = re.compile(r"#(\d+)")


def _cases(text: str) -> list[str]:
    """Return the lines of a text that are cases; ``#5`` stands for the fifth value's name."""
    return [_OIDS.sub(rf"{BASE}.\1.0", line) for line in text.splitlines() if line]


OF_ONE: Final = """
-l up|-l 'up time' -u s|-u %
-O -l up|-w 10:20 -c 30:40|-w 50:|-w @40:50|-w 1.5 -c 2.5|-w ~:50|-c ,5|-w 42|-w 41|-c 42:42
-s 42|-s 4|-s 42 --invert-search|-r ^4|-r '^ '|-r =|-r INTEGER|-r '^='|-r '42$'|-r '^ INTEGER'|-r 42 -w 10|-R integer
-r 'I.*(R.x): 4[0-9]'|-r 42 --invert-search|-r 43 --invert-search|-D /|-e 0|-m ''|-4|-t 3|-z 0 -w 50|-l a.b/c:d -u B/s
"""
OF_TEXT: Final = """
-s 'plain text'|-s '"plain text"'|-s '"plain text"' --invert-search|-r plain|-r PLAIN|-R PLAIN|-r '^ STRING'|-r 'text"$'
-r 'pl(ain)*'|-r 'plain' --invert-search|-z 0 -w 5|-z 1 -c 5
"""
OTHERS: Final = """
-P 2c -o #99
-P 2c -o .1.3.6.1.4.1.9999.1
-P 2c -o .1.3.6.1.2.1.1.5.0
-P 2c -o 1.3.6.1.2.1.1.2.0
-P 2c -o .2.5.1
-P 2c -o .0.0
-P 1 -o #99
-P 1 -o #1,#99
-P 1 -o #99,#1
-P 1 -o #98,#99
-P 1 -o #99,#99
-P 1 -o #1 -o #2
-P 1 -n -o .1.3.6.1.4.1.9999
-P 2c -n -o .1.3.6.1.4.1.9999
-P 1 -n -o #1
-P 2c -n -o #1,#3
-P 1 -n -o .2.9
-P 2c -n -o .2.9
-P 1 -n -o #1,.2.9
-P 2c -n -o #1,.2.9
-P 2c -o #1,#3 -l up,down -u B,%
-P 2c -o #1,#3 -l up -u B
-P 2c -o #1,#3 -O -l up,down
-P 2c -o #1,#9 -D ' / '
-P 2c -o #1,#3,#4 -w 10,20 -c 50
-P 2c -o #1,#3,#4 -w 50,5000000000,1 -c 60,5000000000,1
-P 2c -o #1,#2 -w :50,-10:0 -c ~:100,~:0
-P 2c -o #9,#6 -w ,100 -c ,1000000000
-P 2c -o #1,#9 -r plain
-P 2c -o #9,#1 -r plain
-P 2c -o #9,#1 -s '"plain text"' -w ,50
-P 2c -o #17,#1 -r AB
-P 2c -o #28 -r 00
-P 2c -o #12 -s '""'
-P 2c -o #99 -w 5
-P 2c -o #99 -s x
-P 2c -o #6 -r day
-P 2c -o #7 -r 10.1
-P 2c -o #1,#2,#3,#4,#5,#6,#7,#8
-P 2c -o #1,#1,#1,#1,#1,#1,#1,#1,#1,#1,#1,#1,#1,#1,#1,#1
-P 2c -o #1,#2 -c 5
-P 2c -o #9,#9 -w 5
-P 2c -C wrong -o #1 -t 1 -e 1
-P 3 -U noauth -L noAuthNoPriv -o #1
-P 3 -U shaaes -L authPriv -a SHA -A authpassword -x AES -X privpassword -n -o #1
-P 3 -U shaonly -L authNoPriv -a SHA -A wrongpassword -o #1 -t 1 -e 1
-P 3 -U shaonly -L authNoPriv -a MD5 -A authpassword -o #1 -t 1 -e 1
-P 3 -U nobody -L authNoPriv -a SHA -A authpassword -o #1 -t 1 -e 1
-P 3 -U shaaes -L authPriv -a SHA -A authpassword -x AES -X wrongpassword -o #1 -t 1 -e 0
-P 3 -U shaaes -L authNoPriv -a SHA -A authpassword -o #1 -t 1 -e 0
-P 3 -U noauth -L authNoPriv -A authpassword -o #1 -t 1 -e 0
-P 3 -U noauth -N elsewhere -o #1 -t 1 -e 0
"""
QUESTIONS: Final = [
    *(case for place in VALUES for case in _cases(f"-P 2c -o #{place}\n-P 1 -o #{place} -w 10 -c 50")),
    *(case for words in re.split("[|\n]", OF_ONE.strip()) for case in _cases(f"-P 2c -o #1 {words}")),
    *(case for words in re.split("[|\n]", OF_TEXT.strip()) for case in _cases(f"-P 2c -o #9 {words}")),
    *(case for user in USERS.values() for case in _cases(f"-P 3 {user} -o #1,#9 -w 10\n-P 3 {user} -o #99")),
    *_cases(OTHERS),
]
KINDS: Final = (
    *("float", "double", "null", "opaque", "zero", "joint", "huge", "wide", "silent", "garbage", "wrongid", "late"),
    *(
        "version",
        "other",
        "bare",
        "wider",
        "odd",
        "tail",
        "fewer",
        "none",
        "more",
        "swapped",
        "twice",
        "big",
        "second",
        "slow",
    ),
)
MISBEHAVIOURS: Final = [
    *(f"-P {version} -C {kind} -t 1 -e 1 -o {BASE}.1.0,{BASE}.2.0" for version in ("1", "2c") for kind in KINDS),
    *(f"-P 2c -C {kind} -w 5 -o {BASE}.1.0" for kind in ("float", "double", "wide", "huge")),
    *(f"-P 2c -C status-{status} -o {BASE}.1.0,{BASE}.2.0" for status in range(1, 21)),
    *(f"-P 1 -C status-{status} -o {BASE}.1.0" for status in range(1, 7)),
    *(f"-P 2c -n -C status-{status} -o {BASE}.1.0,{BASE}.2.0" for status in (1, 2, 5)),
]
ELSEWHERE: Final = _cases(
    f"""
-H 127.0.0.1 -p 1 -o #1 -t 1 -e 1
-H 127.0.0.1 -p 1 -P 3 {USERS["shaonly"]} -o #1 -t 1 -e 1
-H 127.0.0.1 -p 1 -o #1 -t 6 -e 0
-H no.such.name.invalid -o #1
-H no.such.name.invalid -n -o #1
"""
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], Path]) -> Iterator[int]:
    """Yield the port of net-snmp's agent."""
    needs("check_snmp")
    needs("snmpget")
    try:
        with net_snmp(tmp_path_factory.mktemp("snmpd")) as port:
            yield port
    except peers.PeerMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def misbehaving(needs: Callable[[str], Path]) -> Iterator[int]:
    """Yield the port of an agent that does as its community says."""
    needs("check_snmp")
    needs("snmpget")
    with snmp_agent() as port:
        yield port


def _compare_all(cases: Sequence[str]) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = pool.map(lambda case: compare("check_snmp", shlex.split(case)), cases)
        different = [
            f"{case}\n{ours}\n{theirs}" for case, (ours, theirs) in zip(cases, answers, strict=True) if ours != theirs
        ]
    assert not different, "\n".join(different)


def test_values_are_judged_as_by_the_plugin(agent: int) -> None:
    _compare_all([f"-H 127.0.0.1 -p {agent} {words}" for words in QUESTIONS])


def test_agents_that_misbehave_are_judged_as_by_the_plugin(misbehaving: int) -> None:
    _compare_all([f"-H 127.0.0.1 -p {misbehaving} {words}" for words in MISBEHAVIOURS] + ELSEWHERE)


LEFT: Final = """
-H h
-o 1.3.6
-H ::1 -o 1.3.6
-H h:1 -o 1.3.6
-H h -o sysName.0
-H h -o 1
-H h -o 1.3.99999999999
-H h -o 1.3.6, -w 1
"""
OF_ANY: Final = """
-m ALL|--rate|-M 10|--offset=1|-d :|-v|-P 4|-6|-w x|-w 1 -w 2|-s a -r b|-r (|-l a,|-l a=b|-t 0|-P 3
-P 3 -U u -L authNoPriv -A short|-P 3 -U u -L authNoPriv -a SHA256 -A longenough|-P 3 -U u -L some
"""


@pytest.mark.parametrize(
    "words", ["", *_cases(LEFT), *(f"-H h -o 1.3.6 {words}" for words in re.split("[|\n]", OF_ANY.strip()))]
)
def test_what_is_not_done_to_the_letter_is_left_to_the_plugin(words: str) -> None:
    with pytest.raises(Unsupported):
        in_process("check_snmp", words.split())
