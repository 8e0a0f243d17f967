"""``check_dns``, ``check_dig`` and their stand-ins say the same of a name server that answers in many ways."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from alignak.execution.standins import dig, nslookup
from alignak.execution.standins.standin import Call, Unsupported
from tests.support.conformance import ENVIRONMENT, Answer, compare, in_process
from tests.support.dns_server import ALIASES, CODES, HALVES, ZONE, name_server
from tests.support.icmp_hosts import network

pytestmark = pytest.mark.services

SERVER = "127.0.0.1"
NAMES = [
    name.rstrip(".")
    for name in (*ZONE, *ALIASES, *CODES, *HALVES, "nx.test.", "foreign.test.", "garbage.test.", "stranger.test.")
    if name != "." and name != "halfsilent.test."
]
LOOKUPS = [
    *(f"-H {name}" for name in NAMES),
    *(f"-H {name} -n" for name in ("nx.test", "a.test", "refused.test", "failing.test", "empty.test", "10.0.0.9")),
    *(f"-H {address}" for address in ("10.0.0.1", "10.0.0.2", "10.0.0.9", "fd00::1", "fd00::2")),
    *(f"-H a.test -a {each}" for each in ("10.0.0.1", "10.0.0.2", "10.0.0.1,10.0.0.9", "10.0.0.0/8", "10.0.0.0/32")),
    *(f"-H multi.test -L -a {each}" for each in ("10.0.0.1", "10.0.0.1,10.0.0.10,10.0.0.2", "10.0.0.0/24")),
    "-H multi.test -a 10.0.0.1 -a 10.0.0.2 -a 10.0.0.10 --all",
    "-H multi.test -a 10.0.0.2 -a 10.9.9.9",
    "-H multi.test -L -a 10.0.0.1,10.0.0.0/24",
    "-H multi.test -a 10.1.0.0/24",
    "-H a.test -L -a 10.0.0.1,10.0.0.9",
    "-H a.test -L -a 10.0.0.1,10.0.0.1",
    "-H six.test -a fd00::1",
    "-H six.test -a FD00::1",
    "-H six.test -a 10.0.0.0/8",
    "-H dual.test -L -a 10.0.0.0/8,fd00::1",
    "-H alias.test -a a.test.",
    "-H 10.0.0.1 -a a.test.",
    "-H 10.0.0.1 -a a.test",
    "-H 10.0.0.2 -a a.test. -L",
    "-H empty.test -a 10.0.0.1",
    "-H a.test -A",
    "-H foreign.test -A",
    "-H mixed.test -A",
    "-H foreign.test -A -a 10.0.0.2",
    "-H a.test -w 5 -c 10",
    "-H a.test -w 0",
    "-H a.test -c 0",
    "-H slow.test -w 0.1 -c 10",
    "-H slow.test -w 0.1 -c 0.2",
    "-H longer.test -w 5",
    "-H late.test -t 1",
    "-H silent.test -t 1",
    "-H halfsilent.test -t 2",
    "-H cut.test",
    "-H A.Test",
    "-H a.test.",
    "-H a",
]
DIGS = [
    *(f"-l {name}" for name in NAMES if name not in ("multi.test", "text.test", "mail.test")),
    *(f"-l long-{'x' * length}.test" for length in (1, 5, 9, 12, 13, 14, 15, 16, 25, 33, 50)),
    "-l a.test -a 10.0.0.1",
    "-l a.test -a 10.0.0.2",
    "-l a.test -a A.Test",
    "-l multi.test -a 10.0.0.10",
    "-l alias.test -a 10.0.0.1",
    "-l alias.test -a a.test.",
    "-l six.test -T AAAA",
    "-l six.test -T aaaa -a fd00::1",
    "-l mail.test -T MX -a a.test",
    "-l text.test -T TXT -a 10.0.0",
    "-l empty.test -T TXT",
    "-l name.test -T NS",
    "-l name.test -T SOA -a root.test",
    "-l name.test -T CAA",
    "-l service.test -T SRV",
    "-l 1.0.0.10.in-addr.arpa -T PTR -a a.test",
    "-l lost.test -a 10.0.0.1",
    "-l delegated.test -a ns9.test",
    "-l delegated.test -a 10.9.9.9",
    "-l a.test -a 127.0.0.1",
    "-l cut.test -a 10.1.0.99",
    "-l a.test -A +tcp",
    "-l a.test -w 5 -c 10",
    "-l a.test -w 0 -c 0",
    "-l slow.test -w 0.1",
    "-l slow.test -w 0.05 -c 0.2",
    "-l nx.test -w 5 -c 10",
    "-l late.test",
    "-l late.test -t 1",
    "-l silent.test -t 1",
    "-l a.test.",
]
ELSEWHERE = [
    "check_dns -H a.test -s 127.0.0.9",
    "check_dns -H a.test -s no.such.name.invalid",
    "check_dns -H a.test -s localhost",
    "check_dns -H a.test -s ::1",
    "check_dig -H 127.0.0.9 -l a.test",
    "check_dig -H no.such.name.invalid -l a.test",
    "check_dig -H localhost -l a.test",
    "check_dig -l a.test",
]
CASES = [
    *(f"check_dns -s {SERVER} {'' if '-t' in words else '-t 3'} {words}" for words in LOOKUPS),
    *(f"check_dig -H {SERVER} {'' if '-t' in words else '-t 3'} {words}" for words in DIGS),
    *ELSEWHERE,
]
SEARCHES = {
    "search other test\n": ("a", "nx", "empty", "failing", "six", "alias", "a.test", "nx.test", "a."),
    "domain test\noptions ndots:2\n": ("a", "a.test", "nx.test"),
    "search test\noptions timeout:1 attempts:1\n": ("silent",),
}
Inside = Callable[[Callable[[], object]], object]


@pytest.fixture(scope="module")
def inside(needs: Callable[[str], Path]) -> Iterator[Inside]:
    """Yield what runs a function where the name server is: on port 53, so in a network of its own."""
    for program in ("check_dns", "nslookup", "dig"):
        needs(program)
    if os.geteuid() != 0:
        pytest.skip("needs root: check_dns asks port 53, which takes a network of one's own")
    with network({}) as run:
        server = name_server(SERVER, 53)
        run(server.__enter__)
        yield run
        server.__exit__(None, None, None)


def _all_of(inside: Inside, cases: list[str]) -> dict[str, tuple[Answer, Answer]]:
    def compared(case: str) -> tuple[Answer, Answer]:
        name, *words = case.split()
        return compare(name, words)

    def everything() -> object:
        with ThreadPoolExecutor(6) as pool:
            found = dict(zip(cases, pool.map(compared, cases), strict=True))
        late = [case for case, (ours, theirs) in found.items() if ours != theirs]
        return found | {case: compared(case) for case in late}  # a busy machine stretches times: once more, alone

    return inside(everything)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def answers(inside: Inside) -> dict[str, tuple[Answer, Answer]]:
    return _all_of(inside, CASES)


@pytest.mark.parametrize("case", CASES)
def test_names_are_judged_as_by_the_plugin(case: str, answers: dict[str, tuple[Answer, Answer]]) -> None:
    ours, theirs = answers[case]
    assert ours == theirs


@contextmanager
def _resolver(text: str, folder: Path) -> Iterator[None]:
    """Show this thread, and what it starts, another ``/etc/resolv.conf``."""
    shown = folder / "resolv.conf"
    shown.write_text(text, encoding="ascii")
    libc = ctypes.CDLL(None, use_errno=True)
    for failed in (
        libc.unshare(0x20000),  # CLONE_NEWNS
        libc.mount(None, b"/", None, 0x44000, None),  # MS_REC | MS_PRIVATE
        libc.mount(os.fsencode(shown), b"/etc/resolv.conf", None, 0x1000, None),  # MS_BIND
    ):
        if failed:
            pytest.skip(f"cannot mount here: {os.strerror(ctypes.get_errno())}")
    yield
    libc.umount2(b"/etc/resolv.conf", 2)


@pytest.mark.parametrize(("resolver", "names"), SEARCHES.items())
def test_the_system_says_which_suffixes_are_tried(
    inside: Inside, resolver: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    def answers() -> object:
        with _resolver(resolver, tmp_path):
            return [compare("check_dns", ["-H", name, "-s", SERVER, "-t", "5"]) for name in names]

    for ours, theirs in inside(answers):  # type: ignore[attr-defined]
        assert ours == theirs


def test_a_cancelled_question_leaves_no_descriptor(inside: Inside) -> None:
    async def cancelled() -> tuple[int, int]:
        before = len(os.listdir("/proc/self/fd"))
        assert nslookup.DNS.run is not None
        assert dig.DIG.run is not None
        call = Call(ENVIRONMENT, 0.0)
        lookup = nslookup.DNS.read(["-H", "silent.test", "-s", SERVER])
        digging = dig.DIG.read(["-H", SERVER, "-l", "silent.test"])
        runs = [*(nslookup.DNS.run(lookup, call) for _ in range(9)), *(dig.DIG.run(digging, call) for _ in range(9))]
        tasks = [asyncio.ensure_future(run) for run in runs]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return before, len(os.listdir("/proc/self/fd"))

    before, then = inside(lambda: asyncio.run(cancelled()))  # type: ignore[misc]
    assert then == before


@pytest.mark.parametrize(
    "words",
    [
        "check_dns -H a.test",
        "check_dns a.test -s 127.0.0.1",
        "check_dns -H a.test -s 127.0.0.1 -v",
        "check_dns -H a.test -s 127.0.0.1 -a 10.0.0.1 -n",
        "check_dns -H a.test -s 127.0.0.1 -a fd00::/8",
        "check_dns -H a.test -s 127.0.0.1 -a 10.0.0.0/33",
        "check_dns -H a.test -s 127.0.0.1 -a 0.0.0.0/0",
        "check_dns -H a.test -s 127.0.0.1 -w 1:5",
        "check_dns -H a.test -s 127.0.0.1 -q AAAA",
        "check_dns -H 10.0.0.1 -s 127.0.0.1 -A",
        "check_dns -H a..test -s 127.0.0.1",
        "check_dns -H ä.test -s 127.0.0.1",
        "check_dig -H 127.0.0.1",
        "check_dig -H 127.0.0.1 -l a.test -T ANY",
        "check_dig -H 127.0.0.1 -l a.test -T BOGUS",
        "check_dig -H 127.0.0.1 -l a.test -A +norecurse",
        "check_dig -H 127.0.0.1 -l a.test -a section",
        "check_dig -H 127.0.0.1 -l a.test -t 3:1",
        "check_dig -H 127.0.0.1 -l a.test -6",
        "check_dig -H 127.0.0.1 -l a",
        "check_dig -H 127.0.0.1 -l a.test more",
    ],
)
def test_what_is_not_done_to_the_letter_is_left_to_the_plugin(words: str) -> None:
    name, *rest = words.split()
    with pytest.raises(Unsupported):
        in_process(name, rest)
