"""``check_smtp`` and its stand-in say the same, to each other and to the server."""

from __future__ import annotations

from typing import Final

import pytest

from alignak.execution.standins.standin import Unsupported
from alignak.execution.standins.table import stand_in
from tests.support.conformance import FOLDER, compare, in_process
from tests.support.matrices import Answers, Case
from tests.support.talkers import Move, Step, Talkers

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"
)

_HERE: Final = ("-H", "127.0.0.1", "-p", "{port}")
_HEAR: Final = Move.HEAR
_READY: Final = b"220 mx ESMTP\r\n"
_HELLO: Final = b"250 hello\r\n"
_BYE: Final = b"221 bye\r\n"
_FINE: Final = b"250 fine\r\n"
_OFFER: Final = b"250-hello\r\n250 STARTTLS\r\n"
_GO: Final = b"220 go\r\n"


def _smtp(words: str, *script: Step) -> Case:
    return Case("check_smtp", (*_HERE, *words.split()), script)


def _after(words: tuple[str, ...], *script: Step) -> Case:
    """Return a case whose script begins where both have said hello."""
    return Case("check_smtp", (*_HERE, *words), (_READY, _HEAR, _HELLO, _HEAR, *script))


def _secure(words: str, *script: Step, valid: float = 50.0) -> Case:
    """Return a case whose script begins in TLS."""
    before: tuple[Step, ...] = (_READY, _HEAR, _OFFER, _HEAR, _GO, Move.SECURE, _HEAR)
    return Case("check_smtp", (*_HERE, *words.split()), (*before, *script), valid)


_NORMAL: Final = (_READY, _HEAR, _HELLO, _HEAR, _BYE, Move.CLOSE)
_LOGIN: Final = "-A LOGIN -U me -P secret"
_ASKS: Final = b"334 VXNlcm5hbWU6\r\n"

_GREETINGS: Final = (
    *(_READY, b"220 mx\n", b"220\r\n", b"220_x\r\n", b"421 no\r\n", b"554 denied\r\n", b"hello world\r\n", b"\r\n"),
    *(
        b"220-first\r\n220 second\r\n",
        b"421-a\r\n421-b\r\n421 c\r\n",
        b"421-a\r\n422 b\r\n",
        b"421-a\r\n422-b\r\n421 c\r\n",
    ),
    *(
        b"421-a\r\nfoo\r\n421 c\r\n",
        b"421-a\r\n421\r\n421 c\r\n",
        b"220 x\r\nmore\r\n",
        b"421 a\0b\r\n",
        b"220 a\0b\r\n",
    ),
    *(
        b"2" * 600 + b"\r\n",
        b"4" * 5000 + b"\r\n",
        b"220 " + b"x" * 3000 + b"\r\n",
        b"xx 220 y\r\n",
        b"4\xff\xfe|a=1\r\n",
    ),
    *(b"42-\r\n", b"4211-a\r\n421 b\r\n", b"421-\r\n421 \r\n"),
)

CASES: Final[dict[str, Case]] = {
    **{f"greeted {each[:20]!r} {len(each)}": _smtp("", each, _HEAR, _HELLO, _HEAR, _BYE) for each in _GREETINGS},
    **{
        f"words {words}": _smtp(words, *_NORMAL)
        for words in (
            *(
                "-w 61 -c 92",
                "-w 0 -c 92",
                "-w 0 -c 0",
                "-c 0",
                "-e mx",
                "-e 221",
                "-e 250",
                "-e hello",
                "-F my.host",
                "-L",
                "-q",
            ),
            *(
                "-4",
                "-6",
                "-R 251",
                "-U me -P secret",
                "-t 3",
                "--expect=ESMTP --warning 61 --critical=92 --lmtp --fqdn a.b",
            ),
        )
    },
    "greeted in pieces": _smtp(
        "", b"220-fi", 0.1, b"rst\r\n2", 0.1, b"20 x\r\n", _HEAR, b"250-a\r\n", 0.1, b"250 b\r\n", _HEAR, _BYE
    ),
    "closing": _smtp("", Move.CLOSE),
    "closing later": _smtp("", 0.1, Move.CLOSE),
    "reset": _smtp("", 0.1, Move.RESET),
    "silent": _smtp("-t 1"),
    "half a greeting": _smtp("-t 1", b"220 mx"),
    "half a long greeting": _smtp("-t 1", b"220-mx\r\n"),
    "half a greeting, then gone": _smtp("", b"220 mx", Move.CLOSE),
    "greets and leaves": _smtp("", _READY, Move.CLOSE),
    "silent to hello": _smtp("-t 3", _READY, _HEAR),
    "leaves at hello": _smtp("", _READY, _HEAR, Move.CLOSE),
    "half an answer to hello": _smtp("", _READY, _HEAR, b"250 he", Move.CLOSE),
    "refuses hello": _smtp("", _READY, _HEAR, b"500 what?\r\n", _HEAR, _BYE),
    "leaves before goodbye": _after((), Move.CLOSE),
    "silent at goodbye": _after(("-t", "3")),
    "silent at goodbye, forgiven": _after(("-t", "3", "-q")),
    "refuses goodbye": _after((), b"500 stay\r\n"),
    "sender": _after(("-f", "a@b"), _FINE, _HEAR, _BYE),
    "sender refused": _after(("-f", "<a@b>"), b"550 no\r\n", _HEAR, _BYE),
    "sender, leaving": _after(("-f", ""), Move.CLOSE),
    "command": _after(("-C", "VRFY x"), _FINE, _HEAR, _BYE),
    "command answered": _after(("-C", "VRFY x", "-R", "250"), _FINE, _HEAR, _BYE),
    "command answered wrong": _after(("-C", "VRFY x", "-R", "251"), _FINE, _HEAR, _BYE),
    "command answered wrong and late": _after(("-C", "VRFY x", "-R", "251", "-c", "0"), _FINE, _HEAR, _BYE),
    "command answered at its end": _after(("-C", "VRFY x", "-R", "fine$"), _FINE, _HEAR, _BYE),
    "command answered, any letter": _after(("-C", "VRFY x", "-R", "^2.. f"), _FINE, _HEAR, _BYE),
    "command answered in other case": _after(("-C", "VRFY x", "-R", "FINE"), _FINE, _HEAR, _BYE),
    "command answered in lines": _after(("-C", "x", "-R", "^250 b"), b"250-a\r\n250 b\r\n", _HEAR, _BYE),
    "command answered in lines, end of one": _after(("-C", "x", "-R", "a$"), b"250-a\n250 b\n", _HEAR, _BYE),
    "command answered in lines, wrong": _after(("-C", "x", "-R", "a.*b"), b"250-a\r\n250 b\r\n", _HEAR, _BYE),
    "commands": _after(("-C", "x", "-C", "y", "-R", "250", "-R", "251"), _FINE, _HEAR, b"251 a\r\n", _HEAR, _BYE),
    "commands, first wrong": _after(("-C", "x", "-C", "y", "-R", "9", "-R", "250"), _FINE, _HEAR, _FINE, _HEAR, _BYE),
    "commands, second wrong": _after(("-C", "x", "-C", "y", "-R", "2", "-R", "9"), _FINE, _HEAR, _FINE, _HEAR, _BYE),
    "commands, both wrong": _after(("-C", "x", "-C", "y", "-R", "8", "-R", "9"), _FINE, _HEAR, _FINE, _HEAR, _BYE),
    "commands, second not looked at": _after(("-C", "x", "-C", "y", "-R", "9"), _FINE, _HEAR, _FINE, _HEAR, _BYE),
    "command, silent": _after(("-C", "x", "-t", "3")),
    "commands, silent after a wrong one": _after(("-C", "x", "-C", "y", "-R", "9", "-t", "3"), _FINE),
    "command, leaving": _after(("-C", "x", "-R", "250"), Move.CLOSE),
    "command, reset": _after(("-C", "x", "-R", "250"), Move.RESET),
    "command, reset, forgiven": _after(("-C", "x", "-R", "250", "-q"), Move.RESET),
    "command and sender": _after(("-C", "x", "-R", "9", "-f", "a@b"), _FINE, _HEAR, b"252 x\r\n", _HEAR, _BYE),
    "login": _after((*_LOGIN.split(),), _ASKS, _HEAR, _ASKS, _HEAR, b"235 in\r\n", _HEAR, _BYE),
    "login refused": _after((*_LOGIN.split(), "-w", "0"), _ASKS, _HEAR, _ASKS, _HEAR, b"535 no\r\n", _HEAR, _BYE),
    "login of nobody": _after((*_LOGIN.split(),), _ASKS, _HEAR, b"535 no\r\n", _HEAR, _BYE),
    "no login": _after((*_LOGIN.split(),), b"504 what\r\n", _HEAR, _BYE),
    "login asked late": _after(
        (*_LOGIN.split(),), b"250 334 x\r\n", _HEAR, _ASKS, _HEAR, b"250 235 x\r\n", _HEAR, _BYE
    ),
    "login, leaving": _after((*_LOGIN.split(),), Move.CLOSE),
    "login, leaving at the user": _after((*_LOGIN.split(),), _ASKS, _HEAR, Move.CLOSE),
    "login, leaving at the password": _after((*_LOGIN.split(),), _ASKS, _HEAR, _ASKS, _HEAR, Move.CLOSE),
    "login without user": _after(("-A", "LOGIN", "-P", "x"), _BYE),
    "login without password": _after(("-A", "LOGIN", "-U", "x"), _BYE),
    "login of another kind": _after(("-A", "PLAIN", "-U", "x", "-P", "y"), _BYE),
    "login after a wrong answer": _after(
        (*_LOGIN.split(), "-C", "x", "-R", "9"), _FINE, _HEAR, b"504 what\r\n", _HEAR, _BYE
    ),
    "login that ends a wrong answer": _after(
        (*_LOGIN.split(), "-C", "x", "-R", "9"), _FINE, _HEAR, _ASKS, _HEAR, _ASKS, _HEAR, b"235 in\r\n", _HEAR, _BYE
    ),
    "tls": _secure("-S", b"250 again\r\n", _HEAR, _BYE),
    "tls, with limits": _secure("-S -w 65 -c 99", b"250 again\r\n", _HEAR, _BYE),
    "tls, expecting what came in it": _secure("-S -e again", b"250 again\r\n", _HEAR, _BYE),
    "tls, expecting what came before it": _secure("-S -e hello", b"250 again\r\n", _HEAR, _BYE),
    "tls, certificate, expecting wrong": _secure("-D 5 -e nope", b"250 again\r\n", _HEAR, _BYE),
    "tls to a mail store": _secure("-S -L", b"250 again\r\n", _HEAR, _BYE),
    "tls, command": _secure("-S -f a@b -C x -R 9", b"250 again\r\n", _HEAR, _FINE, _HEAR, _FINE, _HEAR, _BYE),
    "tls, login": _secure(
        f"-S {_LOGIN}", b"250 again\r\n", _HEAR, _ASKS, _HEAR, _ASKS, _HEAR, b"235 in\r\n", _HEAR, _BYE
    ),
    "tls, leaving": _secure("-S", Move.CLOSE),
    "tls, leaving at goodbye": _secure("-S", b"250 again\r\n", _HEAR, Move.CLOSE),
    "tls, leaving before goodbye": _secure("-S -q", b"250 again\r\n", Move.CLOSE),
    "tls, silent": _secure("-S -t 3"),
    "tls, certificate, silent": _secure("-S -D 5 -t 3"),
    **{
        f"tls, certificate {valid} {limits}": _secure(f"-D {limits}", b"250 again\r\n", _HEAR, _BYE, valid=valid)
        for valid in (50.0, 0.5, -5.0)
        for limits in ("5", "60", "60,55")
    },
    "no tls": _smtp("-S", *_NORMAL),
    "no tls, certificate": _smtp("-D 5", *_NORMAL),
    "no tls, other letters": _smtp("-S", _READY, _HEAR, b"250-starttls\r\n250 xSTARTTLS\r\n", _HEAR, _BYE),
    "tls refused": _smtp("-S", _READY, _HEAR, _OFFER, _HEAR, b"454 not now\r\n", _HEAR, _BYE),
    "tls answered strangely": _smtp("-S", _READY, _HEAR, _OFFER, _HEAR, b"250 220 go\r\n", _HEAR, _BYE),
    "tls, leaving when asked": _smtp("-S", _READY, _HEAR, _OFFER, _HEAR, Move.CLOSE),
    "tls with somebody else": _smtp("-S", _READY, _HEAR, _OFFER, _HEAR, _GO, _HEAR, b"what is this?\r\n"),
    "tls with one who leaves": _smtp("-S", _READY, _HEAR, _OFFER, _HEAR, _GO, _HEAR, Move.CLOSE),
    "tls with one who resets": _smtp("-S", _READY, _HEAR, _OFFER, _HEAR, _GO, _HEAR, Move.RESET),
    "tls with a silent one": _smtp("-S -t 3", _READY, _HEAR, _OFFER, _HEAR, _GO),
    "refused": Case("check_smtp", (*_HERE, "-w", "0", "-c", "99"), None),
    "refused, tls": Case("check_smtp", (*_HERE, "-S", "-D", "5", *_LOGIN.split()), None),
    "refused, as a word": Case("check_smtp", ("-p", "{port}", "127.0.0.1"), None),
    "refused, by name": Case("check_smtp", ("-H", "localhost", "-p", "{port}"), None),
    "refused, by ipv6": Case("check_smtp", ("-6", "-H", "::1", "-p", "{port}"), None),
    "no such host": Case("check_smtp", ("-H", "nowhere.invalid")),
    "no such host as a word": Case("check_smtp", ("nowhere.invalid",)),
    "another family": Case("check_smtp", ("-6", "-H", "127.0.0.1")),
    "another family later": Case("check_smtp", ("-H", "127.0.0.1", "-w", "0", "-6")),
    "another family by name": Case("check_smtp", ("-H", "::1", "-4")),
}


@pytest.mark.parametrize("name", CASES)
def test_plugin_and_stand_in_say_the_same(answers: Answers, name: str) -> None:
    ours, theirs = answers[name].result()
    assert ours == theirs


_HEARD: Final = {
    "plain": "",
    "named": "-F my.host",
    "store": "-L",
    "sender": "-f a@b",
    "bracketed": "-f <a@b>",
    "half bracketed": "-f a@b>",
    "commands": "-C x -C y",
    "login": _LOGIN,
    "long login": f"-A LOGIN -U {'u' * 200} -P {'p' * 100}",
    "all": f"-C x -f a@b -F me {_LOGIN}",
    "login of another kind": "-A PLAIN -U x -P y",
    "not expected": "-e nope",
    "certificate": "-D 5",
    "tls": f"-S -f a@b -C x {_LOGIN}",
    "tls and not expected": "-S -e nope",
}


@pytest.mark.parametrize("name", _HEARD)
def test_the_server_hears_the_same(several: Talkers, name: str) -> None:
    words = _HEARD[name].split()
    polite = b"250-220 STARTTLS\r\n250-334 AUTH\r\n250 STARTTLS\r\n"
    before: tuple[Step, ...] = (_READY, _HEAR, polite)
    if "-S" in words or "-D" in words:
        before = (*before, _HEAR, _GO, Move.SECURE, _HEAR, polite)
    script = (*before, *(_HEAR, b"334 x\r\n") * (6 if "-A" in words else 3))
    port = several.tcp(*script, tls=several.tls(50.0) if Move.SECURE in script else None)
    compare("check_smtp", ("-H", "127.0.0.1", "-p", str(port), "-t", "3", *words))
    ours, theirs = several.said_to(port, 2)
    assert ours == theirs


@pytest.mark.parametrize(
    "words",
    [
        *[
            "",
            "-H a -h",
            "-H a -V",
            "-H a -v",
            "-p 25",
            "a -p 25",
            "a b",
            "-H a b",
            "-H a -t 2:3",
            "-H a -p 0",
            "-H /a",
        ],
        *["-H a -w 1:2", "-H a -c x", "-H a -D x", "-H a -C x -R (", "-H a --ssl", "-H a -s", "-H"],
    ],
)
def test_what_the_plugin_refuses_or_we_do_not_know_is_left_to_it(words: str) -> None:
    with pytest.raises(Unsupported):
        stand_in("check_smtp").read(words.split())


def test_an_endless_answer_is_cut(several: Talkers) -> None:
    port = several.tcp(*([b"421-" + b"x" * 60_000 + b"\r\n"] * 200))
    code, text = in_process("check_smtp", ("-H", "127.0.0.1", "-p", str(port), "-t", "5"))
    assert code == 1
    assert len(text) < 300_000
