"""``check_procs`` and its stand-in count the same processes."""

from __future__ import annotations

import sys
from typing import Final

import pytest

from alignak.execution.standins.standin import Unsupported
from tests.support.conformance import in_process
from tests.support.machines import differing, needed, played

pytestmark = needed

_SCENARIO: Final = """
run() { "$@" > /dev/null 2>&1 < /dev/null 3<&- & }
mkfifo "$FOLDER/ready"
exec 3<> "$FOLDER/ready"
cp "$(command -v sleep)" "$FOLDER/my sleep"
cp "$(command -v sleep)" "$FOLDER/a-name-of-many-letters"
run sleep 1000
run sleep 2000
run "$FOLDER/my sleep" 3000
run "$FOLDER/a-name-of-many-letters" 4000
run setsid sleep 5000
run nice -n 5 sleep 6000
run nice -n -5 sleep 7000
run sh -c 'sleep 8000 & wait'
run sh -c 'kill -STOP $$; :'
run "$PYTHON" -c "$NAMED" 'x\x01y é	q' '' '  spaced  ' $'n\\nn' --large
run "$PYTHON" -c "$SLASHED" 'a(b|c)'
run "$PYTHON" -c "$DYING"
run "$PYTHON" -c "$THREADED"
for each in 1 2 3 4; do read -rt 30 -u 3; done
"""
_READY: Final = "print(file=open(__import__('os').environ['FOLDER'] + '/ready', 'w')); __import__('time').sleep(1000)"
_NAMED: Final = "ballast = bytearray(60_000_000); import ctypes; ctypes.CDLL(None).prctl(15, b'a b(c) d', 0, 0, 0); "
_SLASHED: Final = "import ctypes; ctypes.CDLL(None).prctl(15, b'k/0:1-x', 0, 0, 0); "
_DYING: Final = "import os; os.fork() or os._exit(0); "
_THREADED: Final = "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start(); "

_CASES: Final = (
    "",
    "-w 5 -c 100",
    "-w 5 -c 10",
    "-c 5:",
    "-w 1:100 -c 0:200",
    "-w @1:30 -c 50",
    "-w ~:3 -c 50",
    "-w 1.5 -c 99.5",
    "-w 1 -c 2 -C sleep",
    "-c 1: -C sleep",
    "-c 1: -C nothing",
    "-w 2:2 -c 2:1024 -C sleep",
    "-C my",
    "-C a-name-of-many-letters",
    "-C a-name-of-many",
    "-C /bin/sleep",
    "-C sh",
    "-C a",
    "-C 0:1-x",
    "-C ps",
    "-a 1000",
    "-a my",
    "-a defunct",
    "-a x.y",
    "-a --large",
    "--argument-array=n --command=a",
    "--ereg-argument-array sle+p",
    "--ereg-argument-array=^[1-3]000$",
    "--ereg-argument-array a\\(b\\|c",
    "--ereg-argument-array ^(1|2)0",
    "-u root",
    "-u 0",
    "-u nobody",
    "-s S",
    "-s Z",
    "-s T",
    "-s N",
    "-s <",
    "-s s",
    "-s l",
    "-s Ss",
    "-s R",
    "-s RSZ",
    "--status Z -w 0 -c 5",
    "-p 1",
    "-p 0",
    "-p 99999",
    "-z 10000",
    "-z 60000 -w 3",
    "-r 20000",
    "-r 59000",
    "-P 0",
    "-P 99.5",
    "-k",
    "-k -C sleep -w 50",
    "-T -w 50",
    "-t 5 -w 50",
    "-w 50000 -c 60000 -m VSZ",
    "-w 50000 -c 6000000 -m VSZ",
    "-w 10000000 -c 20000000 -m VSZ",
    "-w 20000 -c 50000 -m RSS",
    "-w 20000 -m RSS -C a",
    "-c 1 -m RSS -C nothing",
    "-m RSS",
    "-w 99 -c 100 -m CPU",
    "-w 1000 -c 2000 -m ELAPSED",
    "--metric=ELAPSED -w 1000: -c 0: -C my",
    "-u root -C sleep -s S -a 1000 -z 10 -r 10 -P 0 -p 1",
    "-a 1000 -C sleep -w 5 -c 10",
    "--warning=5 --critical=10 --command=sleep --user=root --ppid=1 --rss=10 --pcpu=0 --no-kthreads --traditional",
)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> object:
    programs = {
        "NAMED": _NAMED + _READY,
        "SLASHED": _SLASHED + _READY,
        "DYING": _DYING + _READY,
        "THREADED": _THREADED + _READY,
    }
    folder = str(tmp_path_factory.mktemp("programs"))
    cases = [["check_procs", *each.split()] for each in _CASES]
    cases.append(["check_procs", "-a", "sleep 1000"])
    cases.append(["check_procs", "-a", "  spaced  "])
    cases.append(["check_procs", "-C", "my sleep"])
    return differing(played(_SCENARIO, cases, FOLDER=folder, PYTHON=sys.executable, **programs))


def test_processes_are_counted_and_judged_alike(said: object) -> None:
    assert not said


@pytest.mark.parametrize(
    "words",
    [
        "-C sh -C bash",
        "-a 1 -a 2",
        "-w 5:3",
        "-w a",
        "-m FOO",
        "-m procs",
        "-r abc",
        "-z 1:2",
        "-P abc",
        "-u no-such-user-here",
        "-u 123456789",
        "-v -w 5",
        "5 10",
        "--ereg-argument-array a(b",
        "--state=S",
        "-h",
    ],
)
def test_what_the_plugin_refuses_or_explains_is_left_to_it(words: str) -> None:
    with pytest.raises(Unsupported):
        in_process("check_procs", words.split())
