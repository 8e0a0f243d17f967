"""``check_tcp`` and its relatives answer as their stand-ins do, whatever the server does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final

import psutil
import pytest

from alignak.execution.standins.standin import Call, Result, Unsupported
from alignak.execution.standins.table import stand_in
from tests.support.conformance import FOLDER, compare, in_process
from tests.support.matrices import Answers, Case, first_line
from tests.support.talkers import Move, Step, Talkers

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"
)

_BANNER: Final = b"220 hello there\r\n"
_HERE: Final = ("-H", "127.0.0.1", "-p", "{port}")


def _tcp(words: str, *script: Step, valid: float | str = "", plugin: str = "check_tcp") -> Case:
    return Case(plugin, (*_HERE, *words.split()), script, valid)


def _long(words: tuple[str, ...], *script: Step, valid: float | str = "", plugin: str = "check_tcp") -> Case:
    return Case(plugin, (*_HERE, *words), script, valid)


_RELATIVES: Final = {
    "check_ftp": b"220 ready\r\n",
    "check_imap": b"* OK ready\r\n",
    "check_simap": b"* OK ready\r\n",
    "check_pop": b"+OK ready\r\n",
    "check_spop": b"+OK ready\r\n",
    "check_ssmtp": b"220 ready\r\n",
    "check_nntp": b"201 ready\r\n",
    "check_nntps": b"200 ready\r\n",
    "check_clamd": b"PONG\n",
    "check_jabber": b"<?xml version='1.0'?><stream:stream>",
}
_SECURE: Final = ("check_simap", "check_spop", "check_ssmtp", "check_nntps")


def _relatives() -> Iterator[tuple[str, Case]]:
    """Yield each relative with a server as it should be, a wrong, a closing, a refusing one, and other options."""
    for plugin, greeting in _RELATIVES.items():
        valid: float | str = 50.0 if plugin in _SECURE else ""
        wait = (Move.HEAR,) if plugin in ("check_clamd", "check_jabber") else ()
        leave = () if plugin == "check_jabber" else (Move.CLOSE,)
        yield f"{plugin} up", _tcp("", *wait, greeting, valid=valid, plugin=plugin)
        yield f"{plugin} wrong", _tcp("-w 61 -c 92", b"599 no\r\n", valid=valid, plugin=plugin)
        yield f"{plugin} other", _tcp("-M crit", greeting[:1], *leave, valid=valid, plugin=plugin)
        yield f"{plugin} closing", _tcp("", 0.1, Move.CLOSE, valid=valid, plugin=plugin)
        yield f"{plugin} refused", Case(plugin, (*_HERE, "-r", "warn"), None)
        yield f"{plugin} expects", _tcp("-e rea -e x -q bye -s hi -w 99", greeting, valid=valid, plugin=plugin)
        yield f"{plugin} all", _tcp("-A -e ready", greeting, *leave, valid=valid, plugin=plugin)
        yield f"{plugin} days", _tcp("-D 20,5", *wait, greeting, valid=50.0, plugin=plugin)


def _certificates() -> Iterator[tuple[str, Case]]:
    """Yield certificates of many ages with many limits."""
    for valid in (50.0, 10.0, 1.0, 0.2, 0.02, -1.0):
        for limits in ("0", "5", "10", "20,5", "20,10", "60,51", "5,20"):
            yield f"certificate {valid} {limits}", _tcp(f"-S -D {limits}", _BANNER, valid=valid)


_SHOWN: Final = (
    b"a",
    b"ab",
    b"a\n",
    b"\r\n",
    b"  ",
    b"ab \t\v\f\r\n",
    b"\0abc",
    b"a\0bc",
    b"\xff",
    b"\xc3\xa9",
    b" x y",
)

CASES: Final[dict[str, Case]] = {
    "up": _tcp(""),
    "limits": _tcp("-w 61.5 -c 92"),
    "limits of nothing": _tcp("-w 0 -c 0"),
    "warning": _tcp("-w 0.00001 -c 95"),
    "critical": _tcp("-w .00001 -c 0.00002"),
    "tight critical, lax warning": _tcp("-w 95 -c 61"),
    "timeout": _tcp("-t 7"),
    "closing": _tcp("", Move.CLOSE),
    "reset": _tcp("", Move.RESET),
    "ipv4": _tcp("-4"),
    "ipv6 for an ipv4 address": _tcp("-6"),
    "the last family counts": _tcp("-6 -4"),
    "expected": _tcp("-e hello", _BANNER),
    "expected in the middle": _tcp("-e lo", _BANNER),
    "expected nothing": _long(("-e", ""), _BANNER),
    "expected nothing of a silent one": _long(("-e", "", "-t", "1")),
    "any expected": _tcp("-e nope -e there", _BANNER),
    "all expected": _tcp("-A -e hello -e there", _BANNER),
    "not all there": _tcp("-A -e hello -e nope", _BANNER),
    "not expected": _tcp("-e nope", _BANNER),
    "not expected, out of time": _tcp("-e nope -t 1", _BANNER),
    "not expected, closing": _tcp("-e nope", _BANNER, Move.CLOSE),
    "not expected, reset": _tcp("-e nope", _BANNER, 0.1, Move.RESET),
    "silent": _tcp("-e x -t 1"),
    "silent then closing": _tcp("-e x", 0.2, Move.CLOSE),
    "silent then reset": _tcp("-e x", 0.2, Move.RESET),
    "says it in pieces": _tcp("-e there", b"22", 0.1, b"0 hello t", 0.1, b"here\r\n"),
    "says it too late": _tcp("-e there", b"220 ", 2.5, b"there\r\n"),
    "jailed": _tcp("-j -e hello", _BANNER),
    "jailed, not expected": _tcp("-j -e nope", _BANNER, Move.CLOSE),
    "sends": _tcp("-s hi -e hi", Move.ECHO),
    "sends escapes": _long(("-E", "-s", r"a\tb\\c\x\n", "-e", "a\tb\\cx\n"), Move.ECHO),
    "sends as it is": _long(("-s", r"a\tb", "-E", "-e", r"a\tb"), Move.ECHO),
    "sends a lone backslash": _long(("-E", "-s", "abc\\", "-e", "abc"), Move.ECHO),
    "sends letters of all kinds": _long(("-s", "größe €", "-e", "ße €"), Move.ECHO),
    "quits": _tcp("-e hello -q bye", _BANNER),
    "delays": _tcp("-d 1 -e hello", _BANNER),
    "delays without listening": _tcp("-d 1 -s a"),
    "delays too long": _tcp("-d 3 -t 1"),
    "enough bytes": _tcp("-m 5 -e nope", _BANNER),
    "just enough bytes": _tcp("-m 17 -e nope", _BANNER),
    "not enough bytes": _tcp("-m 18 -e nope", _BANNER, Move.CLOSE),
    "enough bytes later": _tcp("-m 6 -e nope", b"abc", 0.1, b"def"),
    "bytes before what is expected": _tcp("-m 2 -e hello", b"22", 0.1, b"hello"),
    "binary": _tcp("-e bin", b"\x00\x01bin\r\n", Move.CLOSE),
    "binary at the end": _tcp("-e bin", b"bin\xff\xfe|x=1 \x00\x01\r\n"),
    "much, the wanted at its end": _tcp("-e END", b"x" * 5000 + b"END"),
    "much of it unwanted": _tcp("-e x", b"x" * 50_000),
    "mismatch is fine": _tcp("-M ok -e x", b"abc", Move.CLOSE),
    "mismatch is critical": _tcp("-M critical -e x", b"abc", Move.CLOSE),
    "mismatch is fine but slow": _tcp("-M ok -e x -c 0.1", b"abc", 0.2, Move.CLOSE),
    "mismatch and slow": _tcp("-M ok -e x -w 0.1 -c 95", b"abc", 0.2, Move.CLOSE),
    "refused": Case("check_tcp", _HERE, None),
    "refused is fine": Case("check_tcp", (*_HERE, "-r", "ok"), None),
    "refused is a warning": Case("check_tcp", (*_HERE, "--refuse=warning"), None),
    "refused with everything": Case(
        "check_tcp", (*_HERE, "-S", "-D", "5", "-e", "x", "-w", "1", "-sa", "-q", "b"), None
    ),
    "refused by name": Case("check_tcp", ("-H", "localhost", "-p", "{port}"), None),
    "refused by ipv6": Case("check_tcp", ("-H", "::1", "-p", "{port}"), None),
    "by name": Case("check_tcp", ("-H", "localhost", "-p", "{port}"), ()),
    "by half an address": Case("check_tcp", ("-H", "127.1", "-p", "{port}"), ()),
    "by nothing": Case("check_tcp", ("-p", "{port}"), ()),
    "no such name": Case("check_tcp", ("-H", "nowhere.invalid", "-p", "1"), ()),
    "no name": Case("check_tcp", ("-H", "", "-p", "1"), ()),
    "no such address": Case("check_tcp", ("-H", "127.0.0.300", "-p", "1"), ()),
    "an ipv6 address as ipv4": Case("check_tcp", ("-4", "-H", "::1", "-p", "1"), ()),
    "a link-local address without its link": Case("check_tcp", ("-H", "fe80::1", "-p", "1", "-r", "ok"), ()),
    "a broadcast address": Case("check_tcp", ("-H", "255.255.255.255", "-p", "1"), ()),
    "no such socket file": Case("check_tcp", ("-H", "/no/such/file"), ()),
    "no socket file": Case("check_tcp", ("-H", "/dev/null", "-r", "ok"), ()),
    "long names": _long(
        (
            "--expect=hello",
            "--quit",
            "x",
            "--escape",
            "--send=a",
            "--mismatch=ok",
            "--jail",
            "--warning",
            "61",
            "--timeout=3",
        ),
        _BANNER,
    ),
    "bundled": _tcp("-4jA -ehello", _BANNER),
    "tls": _tcp("-S", valid=50.0),
    "tls with a name": _tcp("--sni example.org -e hello", _BANNER, valid=50.0),
    "tls says and hears": _tcp("-S -s hi -e hi -q bye", Move.ECHO, valid=50.0),
    "tls hears much": _tcp("-S -e END", b"x" * 5000 + b"END", valid=50.0),
    "tls hears just enough": _tcp("-S -e END", b"x" * 1021 + b"END", valid=50.0),
    "tls hears pieces": _tcp("-S -e END", b"x" * 1600, 0.1, b"yEND", 0.1, b"more", valid=50.0),
    "tls hears nothing": _tcp("-S -e END", Move.CLOSE, valid=50.0),
    "tls hears too little": _tcp("-S -e END", b"abc", Move.CLOSE, valid=50.0),
    "tls reset": _tcp("-S -e END", b"abc", 0.1, Move.RESET, valid=50.0),
    "tls with somebody else": _tcp("-S", b"what is this?\r\n"),
    "tls with somebody else who listens": _tcp("-S", Move.HEAR, b"what is this?\r\n"),
    "tls with one who leaves": _tcp("-S", Move.HEAR, Move.CLOSE),
    "tls with one who resets": _tcp("-S", Move.HEAR, Move.RESET),
    "tls with a silent one": _tcp("-S -t 1"),
    "a fine certificate, a silent server": _tcp("-D 5 -e x -t 3", valid=50.0),
    "a fine certificate, a closing server": _tcp("-D 5 -e x", Move.CLOSE, valid=50.0),
    "a fine certificate, a wrong server": _tcp("-D 5 -e x", b"abc", Move.CLOSE, valid=50.0),
    "news with another word": _tcp("-e hello", b"x 201", plugin="check_nntp"),
    "news with all words": _tcp("-A -e hello", b"x 201 200 hello", plugin="check_nntp"),
    **{f"shown {data!r}": _long(("-e", ""), data) for data in _SHOWN},
    **{f"hidden {data!r}": _tcp("-e nope", data, Move.CLOSE) for data in _SHOWN},
    **dict(_certificates()),
    **dict(_relatives()),
}


@pytest.mark.parametrize("name", CASES)
def test_plugin_and_stand_in_say_the_same(answers: Answers, name: str) -> None:
    ours, theirs = answers[name].result()
    assert ours == theirs


_DATAGRAMS: Final = {
    "expected": ("-s a -e b", (b"b?",)),
    "not expected": ("-s a -e b -M crit", (b"c?",)),
    "expected in the second": ("-s a -e b -q bye", (b"c", b"b")),
    "silent": ("-s a -e b -t 1", ()),
    "much": ("-s a -e b", (b"x" * 1020 + b"b" * 20,)),
}


@pytest.mark.parametrize("name", _DATAGRAMS)
def test_datagrams(several: Talkers, name: str) -> None:
    words, replies = _DATAGRAMS[name]
    ours, theirs = compare("check_udp", ("-H", "127.0.0.1", "-p", str(several.udp(*replies)), *words.split()))
    assert ours == theirs


@pytest.mark.parametrize("words", ["-s a -e b", "-s a -e b -r ok", "-s a -e b -M ok"])
def test_datagrams_to_nobody(several: Talkers, words: str) -> None:
    ours, theirs = compare("check_udp", ("-H", "127.0.0.1", "-p", str(several.nobody()), *words.split()))
    assert ours == theirs


@pytest.mark.parametrize("words", ["", "-e abc", "-e nope -j -M ok", "-p 5 -e ab -w 61", "-S -t 1", "-4", "-6"])
def test_socket_files(several: Talkers, words: str) -> None:
    path = several.unix(f"socket{words}", b"abc")
    ours, theirs = compare("check_tcp", ("-H", path, *words.split()), text=first_line)
    assert ours == theirs


_SAID: Final = {
    "-s hi -q bye": b"hibye\r\n",
    r"-E -s hi\n -q bye\r\n": b"hi\nbye\r\n",
    r"-q bye\n -E -s hi\n": b"hi\nbye\\n\r\n",
    "-s hi -d 1": b"hi",
    "-e 220 -q bye": b"bye\r\n",
}


@pytest.mark.parametrize("words", _SAID)
def test_servers_hear_the_same(several: Talkers, words: str) -> None:
    port = several.tcp(_BANNER)
    compare("check_tcp", ("-H", "127.0.0.1", "-p", str(port), "-e", "220", *words.split()))
    assert several.said_to(port, 2) == [_SAID[words]] * 2


@pytest.mark.parametrize("plugin", _RELATIVES)
def test_relatives_open_and_close_alike(several: Talkers, plugin: str) -> None:
    wait = (Move.HEAR,) if plugin in ("check_clamd", "check_jabber") else ()
    tls = several.tls(50.0) if plugin in _SECURE else None
    port = several.tcp(*wait, _RELATIVES[plugin], tls=tls)
    compare(plugin, ("-H", "127.0.0.1", "-p", str(port)))
    ours, theirs = several.said_to(port, 2)
    assert ours == theirs


@pytest.mark.parametrize(
    "words",
    [
        *["-h", "-V", "-v", "-p 0", "-p 70000", "-p http", "", "extra", "-w 1:2", "-c abc", "-w -1", "-t 2:3", "-t 0"],
        *[
            "-t 1.5",
            "-m 0",
            "-m x",
            "-d 0",
            "-d 1.5",
            "-r maybe",
            "-M OK",
            "-D x",
            "-D 1,2,3",
            "-D -1",
            "--wa 1",
            "-W 1",
        ],
        *["-C 1", "-P x", "--extra-opts=x", "-x", "-e"],
    ],
)
def test_what_the_plugin_refuses_or_we_do_not_know_is_left_to_it(words: str) -> None:
    port = () if "-p" in words or not words else ("-p", "80")
    with pytest.raises(Unsupported):
        stand_in("check_tcp").read(("-H", "127.0.0.1", *port, *words.split()))


@pytest.mark.parametrize(
    "words", ["-p 9", "-p 9 -s a", "-p 9 -e a", "-p 9 -s a -e b -S", "-s a -e b", "-p 9 -s a -e b -D 5"]
)
def test_datagrams_need_words_and_an_answer_in_the_clear(words: str) -> None:
    with pytest.raises(Unsupported):
        stand_in("check_udp").read(("-H", "127.0.0.1", *words.split()))


def test_a_server_that_leaves_in_the_handshake_is_critical(several: Talkers) -> None:
    port = several.tcp(Move.CLOSE)
    assert in_process("check_tcp", ("-H", "127.0.0.1", "-p", str(port), "-S")) == (
        2,
        "CRITICAL - Cannot make SSL connection.",
    )


def test_an_endless_answer_is_cut(several: Talkers) -> None:
    port = several.tcp(*([b"x" * 65_536] * 200))
    code, text = in_process("check_tcp", ("-H", "127.0.0.1", "-p", str(port), "-e", "nope"))
    assert code == 1
    assert len(text) < 140_000


@pytest.mark.parametrize("words", ["-e x", "-S", "-S -D 5 -e x", "-d 25"])
def test_checks_that_are_cancelled_leave_nothing_open(several: Talkers, words: str) -> None:
    port = several.tcp(tls=several.tls(50.0) if "-D" in words else None)
    asked = stand_in("check_tcp").read(("-H", "127.0.0.1", "-p", str(port), "-t", "30", *words.split()))

    async def cancelled() -> None:
        tasks = [asyncio.create_task(_answered(asked)) for _ in range(20)]
        while _connections(port) < len(tasks):
            await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(cancelled())
    assert _connections(port) == 0


def test_checks_that_are_late_leave_nothing_open(several: Talkers) -> None:
    port = several.tcp()
    asked = stand_in("check_tcp").read(("-H", "127.0.0.1", "-p", str(port), "-e", "x", "-t", "1"))

    async def late() -> list[Result]:
        return list(await asyncio.gather(*(_answered(asked) for _ in range(20))))

    assert asyncio.run(late()) == [(2, "CRITICAL - Socket timeout after 1 seconds")] * 20
    assert _connections(port) == 0


async def _answered(asked: object) -> Result:
    run = stand_in("check_tcp").run
    assert run is not None
    return await run(asked, Call({}, time.monotonic() + 60))


def _connections(port: int) -> int:
    """Count our connections to a server."""
    return sum(bool(each.raddr) and each.raddr.port == port for each in psutil.Process().net_connections("tcp"))
