"""``check_ssh`` and its stand-in say the same, whoever greets them."""

from __future__ import annotations

from typing import Final

import pytest

from alignak.execution.standins.standin import Unsupported
from alignak.execution.standins.table import stand_in
from tests.support.conformance import FOLDER, in_process
from tests.support.matrices import Answers, Case
from tests.support.talkers import Move, Step, Talkers

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"
)

_OPENSSH: Final = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"


def _ssh(words: tuple[str, ...], *script: Step) -> Case:
    return Case("check_ssh", ("-p", "{port}", *words, "127.0.0.1"), script)


_GREETINGS: Final = (
    *(
        _OPENSSH,
        _OPENSSH[:-2],
        _OPENSSH[:-2] + b"\n",
        b"SSH-1.99-Foo\r\n",
        b"SSH-2.0\r\n",
        b"SSH-2.0-\r\n",
        b"SSH-\r\n",
    ),
    *(
        b"SSH",
        b"SS",
        b"S",
        b"\r\n",
        b"SSH-Foo\r\n",
        b"SSH2.0-x\n",
        b"SSH 2.0-x\n",
        b"  SSH-2.0-x\r\n",
        b"ssh-2.0-x\r\n",
    ),
    *(
        b"SSH-2.0-5x\r\n",
        b"SSH-2.0-1.99 foo\r\n",
        b"SSH-2.0Foo\r\n",
        b"SSH-2.0 Foo\r\n",
        b"SSH-2-0-Foo\r\n",
        b"SSH--2.0-F",
    ),
    *(b"SSH-2.0-a-b-c d e\r\n", b"SSH-2.0 -a b\r\n", b"SSH-2.0-  x  \r\n", b"SSH-2.0-\tx\r\n", b"SSH-2.0-x|y=1\r\n"),
    *(
        b"hello\r\n" + _OPENSSH,
        b"SSH-2.0-a\nb\nc\n",
        b"SSH-2.0-\xff\xfe\x00x\r\n",
        b"SSH-2.0-x\x00y\r\n",
        b"\x00SSH-2.0-x",
    ),
    *(b"SSH-2.0-" + b"x" * 2000 + b"\r\n", b"y" * 3000, b"SSH-2.0-" + b"x" * 247, b"220 mail ready\r\n"),
)

_VERSIONS: Final = (
    *(("-r", "OpenSSH_9.2p1 Debian-2+deb12u3"), ("-r", "OpenSSH"), ("-r", ""), ("-P", "2.0"), ("-P", "2"), ("-P", "")),
    *(("-P", "1", "-r", "x"), ("-P", "2.0", "-r", "x"), ("--remote-version=x",), ("--remote-protcol", "1.99")),
)

CASES: Final[dict[str, Case]] = {
    **{f"greeted {greeting[:20]!r} {len(greeting)}": _ssh((), greeting) for greeting in _GREETINGS},
    **{f"wants {' '.join(words)}": _ssh(words, _OPENSSH) for words in _VERSIONS},
    "silent": _ssh(("-t", "1")),
    "slow": _ssh(("-t", "3"), 1.0, _OPENSSH),
    "closing": _ssh((), Move.CLOSE),
    "closing later": _ssh((), 0.1, Move.CLOSE),
    "reset": _ssh((), 0.1, Move.RESET),
    "greeted in pieces": _ssh((), b"SSH-2.0-Open", 0.2, b"SSH\r\n"),
    "greeted in small pieces": _ssh((), b"SS", 0.2, b"H-2.0-x\r\n"),
    "greets and leaves": _ssh((), _OPENSSH, Move.CLOSE),
    "refused": Case("check_ssh", ("-p", "{port}", "127.0.0.1"), None),
    "refused, another way": Case("check_ssh", ("127.0.0.1", "{port}"), None),
    "refused, a third way": Case("check_ssh", ("-H", "127.0.0.1", "{port}"), None),
    "refused, by name": Case("check_ssh", ("-H", "localhost", "--port={port}"), None),
    "refused by ipv6": Case("check_ssh", ("-6", "-p", "{port}", "::1"), None),
    "link-local": Case("check_ssh", ("-H", "fe80::1"), None),
    "ipv4": _ssh(("-4",), _OPENSSH),
    "by name": Case("check_ssh", ("-4", "-H", "localhost", "-p", "{port}"), (_OPENSSH,)),
    "no such host": Case("check_ssh", ("-H", "nowhere.invalid")),
    "no such host as a word": Case("check_ssh", ("nowhere.invalid",)),
    "no such host as a word, with a port": Case("check_ssh", ("-p", "5", "nowhere.invalid")),
    "another family": Case("check_ssh", ("-6", "-H", "127.0.0.1")),
    "another family later": Case("check_ssh", ("-H", "127.0.0.1", "-6")),
    "another family as a word": Case("check_ssh", ("-6", "127.0.0.1")),
    "no such host, another family": Case("check_ssh", ("-H", "nowhere.invalid", "-6")),
}


@pytest.mark.parametrize("name", CASES)
def test_plugin_and_stand_in_say_the_same(answers: Answers, name: str) -> None:
    ours, theirs = answers[name].result()
    assert ours == theirs


def test_the_server_hears_who_asks(several: Talkers) -> None:
    port = several.tcp(_OPENSSH)
    in_process("check_ssh", ("-p", str(port), "127.0.0.1"))
    assert several.said_to(port, 1) == [b"SSH-2.0-check_ssh_2.3.3\r\n"]


@pytest.mark.parametrize(
    "words",
    [
        *[
            "",
            "-h",
            "-V",
            "-v -H a",
            "127.0.0.1 -p 5",
            "-H a -t 2:3",
            "-H a -t 0",
            "-H a -p 0",
            "-H a -p http",
            "-H a b",
        ],
        *["-H a 22 b", "a b", "a 22 b", "-p 22 a 22", "-H /a", "-H a --remote-protocol 2", "-H a -w 1", "-H"],
    ],
)
def test_what_the_plugin_refuses_or_we_do_not_know_is_left_to_it(words: str) -> None:
    with pytest.raises(Unsupported):
        stand_in("check_ssh").read(words.split())
