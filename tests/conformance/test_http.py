"""``check_http`` and its stand-in ask for the same, and say the same about what they get."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from alignak.execution.standins.exchanges import Terse
from alignak.execution.standins.http import HTTP
from alignak.execution.standins.standin import Call, Unsupported
from alignak.net.tls import TlsFiles
from tests.support.certificates import Authority
from tests.support.conformance import FOLDER, by_plugin, compare, in_process, taken_apart
from tests.support.http_pages import RESET, Script, page, served_tls, serving

uvloop: Any
try:
    import uvloop
except ImportError:
    uvloop = None

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="monitoring-plugins are not installed: bin/test --with-services"
)

DATE: Final = "Date: Fri, 15 Jan 2027 08:00:00 GMT\n"
OK: Final = page()


class Case(NamedTuple):
    """What the server has, and the words besides address and port."""

    pages: Mapping[str, Script] | Script
    words: tuple[str, ...]


def first_line(text: str) -> str:
    """Leave out what follows the first line: words of the system's TLS library."""
    return text.split("\n", maxsplit=1)[0]


def assert_same(
    case: Case,
    *,
    address: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    begin: Sequence[str] = ("-I", "@ADDRESS@", "-p", "@PORT@"),
    text: Callable[[str], str] | None = None,
) -> None:
    """Run both against a server of their own making, and compare what they say and what they asked for."""
    with serving(case.pages, tls, address) as site:
        words = [each.replace("@PORT@", str(site.port)).replace("@ADDRESS@", address) for each in (*begin, *case.words)]
        ours = taken_apart(in_process("check_http", words))
        asked = site.asked.copy()
        site.asked.clear()
        theirs = taken_apart(by_plugin("check_http", words))
        assert asked == site.asked
    if text is not None:
        ours, theirs = ours._replace(text=text(ours.text)), theirs._replace(text=text(theirs.text))
    assert ours == theirs


def assert_same_at_once(case: Case) -> None:
    """Compare what both say when they wait side by side; a silent server is slow enough."""
    with serving(case.pages) as site, ThreadPoolExecutor(1) as threads:
        words = ["-I", "127.0.0.1", "-p", str(site.port), *case.words]
        theirs = threads.submit(by_plugin, "check_http", words)
        ours = in_process("check_http", words)
        assert taken_apart(ours) == taken_apart(theirs.result())


def cases(pages: Mapping[str, Script] | Script, *lines: str | tuple[str, ...]) -> list[Case]:
    """Return a case for each line of words."""
    return [Case(pages, tuple(line.split()) if isinstance(line, str) else line) for line in lines]


def named(case: Case) -> str:
    """Return a short name of a case."""
    return " ".join(case.words)[:60] or "no words"


REQUESTS: Final = cases(
    OK,
    "",
    "-H www.example.com",
    "-H www.example.com:8080",
    "-H www.example.com:80",
    "-H www.example.com:443",
    "-H ::1",
    "-u foo",
    ("-u", "/x y?z=é"),
    ("-u", ""),
    "-j HEAD",
    "-j get",
    "-j CONNECT:GET -u https://a.b/",
    "-P a=b",
    ("-P", ""),
    "-P é",
    "-P a=b -T text/plain -j PUT",
    "-P a -P bcd",
    "-T text/plain",
    "-A me",
    ("-A", ""),
    ("-k", "X: a;b;c", "-k", "Y: z"),
    ("-k", "Host: foo"),
    ("-k", "Host: foo", "-H", "a.b"),
    ("-k", "host: foo", "-H", "a.b"),
    "-a user:secret",
    ("-a", ""),
    "-b user:secret",
    "-a " + "x" * 80,
    ("-H", "a.b", "-k", "X: 1", "-a", "u:p", "-b", "q:r", "-P", "d", "-T", "t/t", "-A", "g", "-k", "Connection: x"),
    "www.example.com",
    "-4",
    "-n -N -E -B",
    "-EN",
    "--hostname=a.b --url /z --useragent x --header a:b --method X --post y --content-type z/z",
    "--extended-perfdata --no-body --show-body --nohtml --use-ipv4 --authorization a:b --proxy-auth c:d",
)


@pytest.mark.parametrize("case", REQUESTS, ids=named)
def test_the_same_is_asked_for(case: Case) -> None:
    assert_same(case)


NOT_FOUND: Final = page("404 Not Found")
FAILED: Final = page("500 Broken")

STATUSES: Final = [
    Case(page(status), ())
    for status in (
        *("100 Continue", "101 x", "200 OK", "204 No", "299 x", "300 M", "301 M", "302 F", "304 N", "399 x", "400 Bad"),
        *("404 Not Found", "499", "500 x", "503 x", "599 x", "600 x", "999 x", "000 x", "099 x", "1000 x", "-200 x"),
        *("+200 OK", "0200 OK", "200x", "200.5 x", "20", "abc", " 200 OK", "200 a|b;c", "200 " + "y" * 3000, "200  "),
    )
] + [
    Case(answer, tuple(line.split()))
    for line in ("-e 200", "-e 404", "-e 200,404", "-e HTTP/1.", "-e ,", "-e 200,", "-e OK", "-e x,y", "-e Server -B")
    for answer in (OK, NOT_FOUND)
]

BODIES: Final = [
    Case(answer, ("-B",))
    for answer in (
        *(b"", b"\r\n", b"\n", b"hello", b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
        *(b"HTTP/1.1 200 OK\r\nA: b", b"HTTP/1.1 200 OK\r\nA: b\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"),
        *(b"HTTP/1.1 200 OK\nA: b\n\nbody", b"HTTP/1.1 200 OK\nA: b\r\n\nbody", b"HTTP/1.1 200 OK\nA: b\n\r\nbody"),
        *(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n\r\n\r\nbody", b"HTTP/1.1 200 OK\r\n\r\n\r\nbody\r\n\r\nmore"),
        *(b"HTTP/1.1 200 OK\r\rbody", b"HTTP/1.1 200 OK\rA: b\r\rbody", b"\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"),
        *(b"ICY 200 OK\r\nA: b\r\n\r\nbody", b"HTTP/1.1\t200 OK\r\n\r\n", b"   HTTP/1.1 200 OK\r\n\r\n", b"x" * 3000),
        *(b"HTTP/2 200 OK\r\nA: b\r\n\r\nbody", b"HTTP/1.1 200 O\0K\r\nA: b\0\r\n\r\nbo\0dy", b"\xff\xfe\0"),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nbody",
        page(body="|a=1;2\n|x"),
        page(body="x" * 60_000),
        [OK, RESET],
        [RESET],
        [OK, 0.1, b" and more"],
        page(headers="Content-Length: 3\n"),
        page(headers="Content-Length: 300\n"),
    )
]

CHUNKED: Final = [
    Case(page(headers=header, body=body), words)
    for header in ("Transfer-Encoding: chunked\n",)
    for body in (
        *("5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "5;ext=1\r\nhello\r\n0\r\n\r\n"),
        *(
            "5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
            "5\r\nhello\r\n",
            "5\r\nhel",
            "zz\r\nhello\r\n0\r\n\r\n",
            "hello world",
        ),
        *(
            "A\r\nhelloworld\r\n0\r\n\r\n",
            "5\nhello\n0\n\n",
            "5\r\nhelloX\r\n0\r\n\r\n",
            "0\r\n\r\n",
            "",
            "-5\r\nhello\r\n0",
        ),
        *(
            "ffffffffff\r\nhello",
            "5\r\nhe\r\no\r\n0\r\n\r\nmore",
            "05\r\nhello\r\n000",
            " 5\r\nhello\r\n0",
            "0x5\r\nhello\r\n0",
        ),
        *(
            "5 \r\nhello\r\n0\r\n\r\n",
            "5;a\nhello\r\n0\r\n\r\n",
            "5\r\nhello0\r\n\r\n",
            "5\r\nhello\r\n+5\r\nworld\r\n0",
        ),
        *("5\r\nhello\r\n5g\r\nworld\r\n0", "3\r\na\r\n\r\n0\r\n\r\n", "1388\r\n" + "h" * 5000 + "\r\n0\r\n\r\n"),
    )
    for words in (("-B",),)
] + [
    Case(page(headers=header, body="5\r\nhello\r\n0\r\n\r\n"), ("-B",))
    for header in (
        *("transfer-encoding: chunked\n", "Transfer-Encoding:chunked\n", "Transfer-Encoding: gzip, chunked\n"),
        *("X-Transfer-Encoding: chunked\n", "A: Transfer-Encoding: chunked\n", "Transfer-Encoding: chunkedx\n"),
        *("Transfer-Encoding: x\nTransfer-Encoding: chunked\n", "Transfer-Encoding:\n chunked\n"),
        *("Transfer-Encoding:\tchunked\n", "Transfer-Encoding : chunked\n", "Transfer-Encoding:   Chunked  \n"),
    )
]
BROKEN: Final = "Transfer-Encoding: chunked\nLocation: /x\n"
BROKEN_CHUNKS: Final = [
    Case({"": page(status, BROKEN, "zz"), "/x": OK}, tuple(line.split()))
    for status, line in (
        *(("404 x", ""), ("302 x", "-f follow"), ("200 OK", "-e 404"), ("200 OK", "-j HEAD"), ("200 OK", "-N")),
        *(("602 x", ""), ("200 OK", "-e 200"), ("200 OK", "-M 3"), ("200 OK", "-L -w 0"), ("302 x", "-f warning")),
    )
]


@pytest.mark.parametrize("case", STATUSES + BODIES + CHUNKED + BROKEN_CHUNKS, ids=lambda case: repr(case)[:70])
def test_answers_good_and_bad_are_read_the_same(case: Case) -> None:
    assert_same(case)


TEXT: Final = page(headers="Server: x\n" + DATE, body="hello world\nsecond line\nthird")
CONTENTS: Final = [
    Case(TEXT, words)
    for words in (
        *(("-s", "hello"), ("-s", "nope"), ("-s", "world\nsecond"), ("-s", ""), ("-s", "HELLO"), ("-s", "Server")),
        *(("-s", "n" * 29), ("-s", "n" * 30), ("-s", "é'\"<|\t\\n"), ("-s", "a", "-s", "zzz"), ("-d", "n" * 30)),
        *(("-d", "Server: x"), ("-d", "server: x"), ("-d", "x\r\nDate"), ("-d", ""), ("-d", "hello"), ("-d", "200 OK")),
        *(
            ("-d", "GMT\r\n"),
            ("-d", "nope", "-s", "nope", "-r", "nope"),
            ("-r", "hel+o"),
            ("-r", "nope"),
            ("-R", "HEL+O"),
        ),
        *(("-r", "HEL+O"), ("-r", "^second"), ("-r", "second$"), ("-r", "line$"), ("-r", "third$"), ("-r", "")),
        *(("-r", "hello.*third"), ("-l", "-r", "hello.*third"), ("-r", "hello.*third", "-l"), ("-r", "x|hello")),
        *(("-r", "hello", "--invert-regex"), ("-r", "nope", "--invert-regex"), ("-s", "hello", "--invert-regex")),
        *(("-r", "[[:alpha:]]+ [[:alpha:]]+"), ("-r", "hel\\w+"), ("-r", "\\d"), ("-r", "hello", "-r", "nope")),
        *(("-r", "x", "-R", "HELLO"), ("-R", "x", "-r", "HELLO"), ("-r", "d[^x]s"), ("-l", "-r", "d[^x]s")),
        *(("-r", "l{2}"), ("-r", "(l|x){2,3}o"), ("-r", "zz\\|b"), ("-r", "x" * 300), ("-r", "[a-"[:2] + "-z]+")),
        *(("-m", "1"), ("-m", "1000"), ("-m", "1:2"), ("-m", "1:2000"), ("-m", "0:0"), ("-m", "0"), ("-m", "100:50")),
        *(("-m", "96:96"), ("-m", "97"), ("-m", "0:95"), ("-m", "1000", "-s", "nope", "-B")),
        *(("-e", "200", "-s", "nope"), ("-e", "200", "-m", "5000", "-d", "zz"), ("-w", "0", "-d", "zz", "-m", "500")),
    )
] + [
    *cases(page(body="h\xe9llo"), "-r h.llo", "-s é", "-B"),
    *cases(page(body="hÃ©llo"), "-r h.llo", "-s hé"),
    *cases(page(body=""), "-r ^$", ("-s", ""), "-s x"),
    *cases(OK, "-N -s hello", "-N -r hello", "-N -B -e x", "-N -r ^$", "-N -m 5", "-N -d A:"),
    *cases(NOT_FOUND, "-s nope", "-s nope -w 0", "-c 0", "-r hello --invert-regex", "-r nope --invert-regex"),
    *cases(FAILED, "-s nope", "-e 500 -s nope -w 0", "-w 0"),
    *cases([OK * 1000, 0.2, b"x"], "-s hello -m 1:2"),
]


@pytest.mark.parametrize("case", CONTENTS, ids=named)
def test_contents_and_sizes_are_judged_the_same(case: Case) -> None:
    assert_same(case)


AGES: Final = [
    *(
        Case(page(headers=f"{DATE}Last-Modified: {date}\n"), ("-M", limit))
        for limit in ("30", "0", "10m", "10h", "1d", "10000d", "10s")
        for date in (
            *("Fri, 15 Jan 2027 07:59:30 GMT", "Fri, 15 Jan 2027 07:59:29 GMT", "Fri, 15 Jan 2027 08:00:30 GMT"),
            *("Fri, 15 Jan 2027 08:00:31 GMT", "Wed, 13 Jan 2027 08:00:00 GMT", "Wed, 13 Jan 2027 07:59:59 GMT"),
        )
    ),
    *(
        Case(page(headers=f"{DATE}Last-Modified: {date}\n"), ("-M", "1d"))
        for date in (
            *("Xxx, 15 Jan 2027 08:00:00 GMT", "Fri, 15 jan 2027 08:00:00 GMT", "Fri, 5 Jan 2027 08:00:00 GMT"),
            *("Fri,  5 Jan 2027 08:00:00 GMT", "Fri, 32 Jan 2027 08:00:00 GMT", "Fri, 15 Jan 2027 25:00:00 GMT"),
            *("Fri, 15 Jan 27 08:00:00 GMT", "Fri, 15 Jan 2027 08:00:00 CET", "Fri, 15 Jan 2027 08:00:00 GMT+1"),
            *("Friday, 15 Jan 2027 08:00:00 GMT", "fri, 15 Jan 2027 08:00:00 GMT", "Fri, 31 Feb 2027 08:00:00 GMT"),
            *(
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "Thu, 01 Jan 1970 00:00:01 GMT",
                "Fri, 15 Jan 2040 08:00:00 GMT",
                "0",
                "",
            ),
            *("Fri, 00 Jan 2027 08:00:00 GMT", "Fri, 15 Jan 1960 08:00:00 GMT", "x" * 200, "Fri Jan 15 08:00:00 2027"),
        )
    ),
    *(
        Case(page(headers=headers), ("-M", "30"))
        for headers in (
            *("", "A: b\n", DATE, "Last-Modified: x\n", f"X-{DATE}", "Date: x\nLast-Modified: y\n"),
            *(f"{DATE}Last-Modified:\n {DATE[6:]}", f"{DATE}last-modified: {DATE[6:]}", f"Date:\n{DATE}"),
            f"{DATE}Last-Modified: {DATE[6:]}Last-Modified: x\n",
        )
    ),
    *cases(page("404 x", ""), "-M 30", "-M 30 -m 5000", "-M 30 -m 5000 -e 404", "-M 5 -r x -d zz"),
]


@pytest.mark.parametrize("case", AGES, ids=lambda case: repr(case)[:90])
def test_ages_are_judged_the_same(case: Case) -> None:
    assert_same(case)


THRESHOLDS: Final = cases(
    OK,
    *(
        f"-{option} {limit}"
        for option in "wc"
        for limit in ("5", "0", "0.5", "5:7", "@5:7", "~:5", "5:", ":3", "@0:10")
    ),
    *(
        "-c 5 -w 0",
        "-c 0 -w 0",
        "-c 1 -w 2",
        "-w 5: -c @2:3 -E",
        "-c 11.7",
        "-c 12 -t 3",
        "-w 20",
        "-c ~:12 -E",
        "-t 20",
    ),
    *("-L", "-L -E -H a.b", "-L -B", "-L -n", "-n -L", "-L -s nope", "-L -e x", "-L -u foo -H a.b:88", "-w .5"),
)


@pytest.mark.parametrize("case", THRESHOLDS, ids=named)
def test_times_and_limits_are_shown_the_same(case: Case) -> None:
    assert_same(case)


def to(location: str, status: str = "302 Found", name: str = "Location") -> bytes:
    """Return a redirect."""
    return page(status, f"{name}: {location}\n", "moved")


LOCATIONS: Final = (
    *("/y", "y", "?q=1", "/x/../y", "//127.0.0.1:@PORT@/z", "http://127.0.0.1:@PORT@", "http://127.0.0.1:@PORT@?x=y"),
    *("HTTP://127.0.0.1:@PORT@/U", "ftp://127.0.0.1/", "", "  /sp  ", "http://127.0.0.1:1/", "http://127.0.0.1:99999/"),
    *("http://127.0.0.1:x/", "http:///x", "/a b", "/#frag", '/"x', "\xe9", "..", "./z", "\n folded", "?", "/<", "{"),
    *("http://127.0.0.1:@PORT@//x", "htp://127.0.0.1:@PORT@/x", "ws://127.0.0.1:@PORT@/x", "http://localhost:@PORT@/q"),
    *(
        "http://127.0.0.1",
        "http://127.0.0.1:",
        "//127.0.0.1/z",
        "http://127.0.0.1:@PORT@/x;y=z&a=%20+~!*'()",
        "http ://x",
    ),
    *(
        "http://127.0.0.1:4294967377/x",
        "/" + "z" * 3000,
        "http://[::1]:@PORT@/x",
        "https:x",
        "http://127.0.0.1:@PORT@x",
    ),
)
REDIRECTS: Final = [
    *(
        Case({"": OK, "/": to("/x"), "/x": OK}, tuple(f"-f {reaction} {more}".split()))
        for reaction in ("ok", "warning", "critical", "unknown", "follow", "sticky", "stickyport")
        for more in ("", "-s nope", "-L", "-w 0", "-E", "-P a=b", "-j HEAD", "-N", "-e 302", "-B", "-k X:y -a u:p")
    ),
    *(
        Case({"": OK, "/d/p?a=b": to(location)}, ("-f", reaction, "-u", "/d/p?a=b", *host, "-t", "3"))
        for reaction in ("follow", "sticky", "stickyport")
        for host in ((), ("-H", "localhost:99"))
        for location in LOCATIONS[: 9 if host else None]
        if not (reaction == "follow" and host)
    ),
    *(
        Case({"": OK, url: to("r/s")}, ("-f", "sticky", "-u", url))
        for url in ("/", "/a/", "/a/b?x=/y/z", "foo", "a/b", "", "/a//b", "//a/b", "/a#b/c")
    ),
    *(
        Case({"": OK, "/": page("302 F", headers, "/body")}, ("-f", "follow"))
        for headers in (
            *("A: b\n", "", "Location:/x\nA: b\n", "Location: /x\nLocation: /y\n", "A: Location: /b\nLocation: /x\n"),
            *(
                "Location:\nA: b\n",
                "Location: \nA: b\n",
                "Location:\n",
                "  Location: /x\n",
                "Location : /x\n",
                "URI: /u\n",
            ),
            *("Location:\n\t/x\n", "Location: x\n y\n", "LOCATION: /x\n", "Content-Location: /x\n"),
        )
    ),
    *(
        Case({"": OK, "/": to("/x", status)}, ("-f", "follow"))
        for status in ("300 x", "301 x", "303 x", "304 x", "307 x", "308 x", "399 x", "299 x", "400 x")
    ),
    *(
        Case({"": OK, "/": to("/x"), "/x": to("/y"), "/y": to("/x")}, tuple(f"-f follow {more}".split()))
        for more in ("--max-redirs 0", "--max-redirs 1", "--max-redirs 3 -L", "", "-H 127.0.0.1")
    ),
    *(
        Case({"": to(location)}, tuple(f"-f {reaction} {host} --max-redirs 4".split()))
        for reaction in ("follow", "sticky", "stickyport")
        for host in ("", "-H 127.0.0.1", "-H localhost", "-H localhost:99")
        for location in ("/", "/x", "http://127.0.0.1:@PORT@/", "http://localhost:@PORT@/", "http://127.0.0.1:1/")
    ),
    *cases({"": NOT_FOUND, "/": to("/x")}, "-f follow", "-f follow -c 0", "-f follow -s hello"),
    *cases({"": b"", "/": to("/x")}, "-f follow", "-f follow -L"),
    *cases({"": [0.2, OK], "/": [0.2, to("/x")]}, "-f follow -w 0.3", "-f follow -w 0.3 -c 0.39"),
    *cases({"": OK, "/": to("http://127.0.0.1:@PORT@/y")}, ("-f", "follow", "-k", "Host: foo", "-H", "127.0.0.1")),
]


@pytest.mark.parametrize("case", REDIRECTS, ids=lambda case: repr(case.words) + repr(case.pages)[-80:])
def test_redirects_are_followed_the_same(case: Case) -> None:
    assert_same(case)


def refused_port() -> str:
    """Return a port that nothing listens on."""
    with serving(OK) as site:
        return str(site.port)


@pytest.mark.parametrize(
    "line",
    [
        *("-I 127.0.0.1", "-I ::1", "-I localhost", "-I localhost -4", "-I localhost -H a.b", "-I 127.0.0.1 -L"),
        *("-I 127.0.0.1 -6", "-I ::1 -4", "-I nonexistent.invalid", "-H nonexistent.invalid -S", "-H ::1", "127.0.0.1"),
        *("-H 127.0.0.1:1", "127.0.0.1 a.b", "-I 127.0.0.1 -S", "-I a..b", "-I 127.0.0.1 -C 3"),
    ],
)
def test_servers_that_are_not_there_are_reported_the_same(line: str) -> None:
    ours, theirs = compare("check_http", ["-p", refused_port(), *line.split()])
    assert ours == theirs


@pytest.mark.parametrize(
    ("begin", "words"),
    [
        (("-H", "127.0.0.1:@PORT@"), ""),
        (("-H", "127.0.0.1:@PORT@", "-I", "127.0.0.1"), "-s nope"),
        (("-p", "@PORT@", "-H", "localhost"), "-e x"),
        (("127.0.0.1", "-p", "@PORT@"), "-L"),
        (("127.0.0.1", "a.b", "-p", "@PORT@"), ""),
        (("-H", "a.b", "127.0.0.1", "-p", "@PORT@"), ""),
        (("-p@PORT@", "-I127.0.0.1"), "-Ha.b"),
    ],
)
def test_names_and_ports_mean_the_same(begin: tuple[str, ...], words: str) -> None:
    assert_same(Case(OK, tuple(words.split())), begin=begin)


@pytest.mark.parametrize("line", ["", "-H a.b", "-s nope", "-L", "-f follow -u /r", "-f sticky -u /r -H ::1", "-6"])
def test_ipv6_is_the_same(line: str) -> None:
    assert_same(Case({"": OK, "/r": to("/y")}, tuple(line.split())), address="::1")


def test_the_port_of_the_scheme_is_gone_to_without_another() -> None:
    for words in (["-I", "127.0.0.1", "-L", "-H", "a.b"], ["-I", "127.0.0.1", "-S", "-L"]):
        ours, theirs = compare("check_http", words, text=first_line)
        assert ours == theirs


@pytest.mark.parametrize("line", ["-t 1 -L", "-t 1 -f follow -u /r", "-t 1 -u /half", "-c 1 -t 1", "-t 1 -S"])
def test_silent_servers_are_given_up_at_the_same_time(line: str) -> None:
    pages: dict[str, Script] = {"": [3.0], "/r": [0.7, to("/s")], "/s": [0.7, OK], "/half": [OK, 3.0]}
    assert_same_at_once(Case(pages, tuple(line.split())))


@pytest.mark.parametrize("line", ["-t 1 -c 1.5", "-t 1 -N -u /half", "-t 1 -N -u /lines", "-t 2 -N -u /large"])
def test_waiting_longer_or_shorter_is_the_same(line: str) -> None:
    pages: dict[str, Script] = {
        "": [1.1, OK],
        "/half": [page(body=""), 2.0],
        "/lines": [b"HTTP/1.1 200 OK\nA: b\n\n", 2.0],
        "/large": page(body="x" * 100_000),
    }
    assert_same_at_once(Case(pages, tuple(line.split())))


class Certified(NamedTuple):
    """Files of certificates."""

    good: TlsFiles
    soon: TlsFiles
    old: TlsFiles
    client: TlsFiles
    authority: str


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    return Certified(
        authority.issue("good", days=(-1, 400)),
        authority.issue("soon", days=(-1, 10)),
        authority.issue("old", days=(-10, -1)),
        authority.issue("client"),
        authority.path,
    )


TLS_LINES: Final = (
    *("-S", "--ssl", "-S -H a.b", "-S --sni -H a.b", "-S --sni", "-S --sni -H a.b:99", "-S -H a.b:443", "-S -H a.b:80"),
    *(
        "-S1",
        "-S1.1",
        "-S1.2",
        "-S1.2+",
        "-S1+",
        "-S1.1+",
        "-S3+",
        "-S2+",
        "--ssl=1.2",
        "-ES",
        "-ES1.2",
        "-S -L",
        "-S -s no",
    ),
    *("-S -f follow -u /r", "-S -f follow -u /r -H 127.0.0.1 -E", "-f follow -u /plain", "-f stickyport -u /plain -L"),
    *("-C 14", "-C 500", "-C 500,400", "-C 14 -L", "-C 14 --continue-after-certificate", "-C 14 -N -H a.b --sni"),
    *("-C 500 --continue-after-certificate -e 500", "-C 500 --continue-after-certificate -E -L -s nope"),
    *("-C 500 --continue-after-certificate -f follow -u /r", "-S -u /garbage", "-S -u /nothing", "-S -u /many -s xx"),
)


@pytest.mark.parametrize("line", TLS_LINES)
def test_tls_is_spoken_the_same(line: str, files: Certified) -> None:
    assert_tls(line, served_tls(files.good.server_cert, files.good.server_key))


def assert_tls(line: str, tls: ssl.SSLContext) -> None:
    """Compare over TLS, up to the first line where the library has something to add."""
    pages: dict[str, Script] = {
        **{"": OK, "/r": to("/y"), "/plain": to("https://127.0.0.1:@PORT@/s"), "/garbage": b"garbage"},
        **{"/nothing": b"", "/many": page(body="x" * 200_000)},
    }
    text = None if "continue" in line else first_line
    assert_same(Case(pages, tuple(line.split())), tls=tls, text=text)


@pytest.mark.parametrize("which", ["good", "soon", "old"])
@pytest.mark.parametrize("days", ["1", "9", "10", "30,9", "30,11", "0", "0,30", "500,5"])
def test_certificates_are_judged_the_same(which: str, days: str, files: Certified) -> None:
    server: TlsFiles = getattr(files, which)
    tls = served_tls(server.server_cert, server.server_key)
    for more in ("", " --continue-after-certificate"):
        assert_tls(f"-C {days}{more}", tls)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("line", ["-S", "-S1", "-S1.1", "-S1.2", "-S1.2+", "-S1+"])
def test_versions_are_agreed_upon_the_same(line: str, version: ssl.TLSVersion, files: Certified) -> None:
    def only(context: ssl.SSLContext) -> None:
        context.minimum_version = context.maximum_version = version

    assert_tls(line, served_tls(files.good.server_cert, files.good.server_key, only))


def test_tls_to_a_server_without_it_is_refused_the_same() -> None:
    for line in ("-S", "-C 14", "-S -L"):
        assert_same(Case([0.05], tuple(line.split())), text=first_line)


@pytest.mark.parametrize(
    "line",
    [
        *("-S", "-S -J {client} -K {key}", "-J {client} -K {key}", "-C 14 -J {client} -K {key}", "-J {bad} -K {key}"),
        *("-J {client} -K {other}", "-J {client} -K {bad}", "-J {bad} -K {bad}", "-J {client} -K {locked}"),
        *("-J /no -K {key}", "-J {client} -K /no", "-S1.2 -J {client} -K {key} -E"),
    ],
)
def test_client_certificates_are_shown_the_same(line: str, files: Certified, tmp_path: Path) -> None:
    def wanted(context: ssl.SSLContext) -> None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(files.authority)

    key = load_pem_private_key(Path(files.client.server_key).read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    words = line.format(
        client=files.client.server_cert,
        key=files.client.server_key,
        other=files.good.server_key,
        bad="/etc/passwd",
        locked=locked,
    )
    assert_tls(words, served_tls(files.good.server_cert, files.good.server_key, wanted))


def test_a_client_certificate_that_was_replaced_is_used_at_once(files: Certified, tmp_path: Path) -> None:
    certificate = tmp_path / "shown.crt"
    with serving(OK, served_tls(files.good.server_cert, files.good.server_key)) as site:
        words = ["-I", "127.0.0.1", "-p", str(site.port), "-J", str(certificate), "-K", files.client.server_key]
        certificate.write_bytes(Path(files.good.server_cert).read_bytes())
        assert in_process("check_http", words)[0] == 2
        certificate.write_bytes(Path(files.client.server_cert).read_bytes())
        os.utime(certificate, (1, 1))
        assert in_process("check_http", words)[0] == 0


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "-h",
            "-V",
            "-v",
            "-H",
            "-H a:b:c",
            "-H a:0",
            "-H a:x",
            "-H [::1]",
            "-I /tmp/x",
            "-p 0 -H a",
            "-p 70000 -H a",
        ),
        *(
            "-H a -t 0",
            "-H a -t x",
            "-H a -t 5:1",
            "-H a -w 5:1",
            "-H a -w x",
            "-H a -c -1",
            "-H a -r (",
            "-H a -r (?:x)",
        ),
        *(
            "-H a -r (a)\\1",
            "-H a -m x",
            "-H a -m 1:",
            "-H a -M x",
            "-H a -M -1",
            "-H a -f foo",
            "-H a -S1.3",
            "-H a -S2",
        ),
        *("-H a -S3", "-H a --ssl=9", "-H a -C x", "-H a -C 1,x", "-H a -J f", "-H a -K f", "-H a --max-redirs -1"),
        *("-H a --verify-host", "-H a -O", "-H a --extra-opts=x", "-H a --foo", "-H a b c", "-H a -S -j CONNECT"),
        *("-H a -k Host:x -k Host:y", "-H a -r ((a{90}){9})", "-H a --http2", "-H a -S -j CONNECT:POST -u https://x/"),
    ],
)
def test_what_the_plugin_refuses_or_does_in_its_own_way_is_left_to_it(line: str) -> None:
    with pytest.raises(Unsupported):
        HTTP.read(line.split())


def test_a_value_that_looks_like_an_option_stays_one() -> None:
    assert HTTP.read(["-H", "a", "-s", "-S"]).string == b"-S"
    assert HTTP.read(["-H", "a", "-Bs", "-S1.2", "--url", "--ssl"]).place.url == "--ssl"
    assert not HTTP.read(["-H", "a", "-sS"]).place.is_secure
    assert HTTP.read(["-H", "a", "-BES1.2"]).place.port == 443


LOOPS: Final = [asyncio.new_event_loop, *([uvloop.new_event_loop] if uvloop is not None else [])]


async def _one(words: Sequence[str]) -> tuple[int, str]:
    run = HTTP.run
    assert run is not None
    return await run(HTTP.read(words), Call({}, time.monotonic() + 20))


def sockets() -> set[str]:
    """Return the sockets that this process has open."""
    found = set()
    for each in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.add(os.readlink(f"/proc/self/fd/{each}"))
    return {each for each in found if each.startswith("socket:")}


@contextmanager
def unheard(room: int) -> Iterator[int]:
    """Listen and take no connection; yields the port. Without room, connecting waits as well."""
    with socket.socket() as listening, ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(room)
        for _ in range(0 if room else 3):
            each = waiting.enter_context(socket.socket())
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield int(listening.getsockname()[1])


@pytest.mark.parametrize("new_loop", LOOPS)
@pytest.mark.parametrize(("room", "more"), [(0, ()), (9, ()), (9, ("-S",))])
def test_a_check_that_is_cancelled_or_late_leaves_no_socket(
    room: int, more: tuple[str, ...], new_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def given_up(port: int) -> None:
        words = ("-I", "127.0.0.1", "-p", str(port), *more)
        await asyncio.sleep(0)
        before = sockets()
        task = asyncio.create_task(_one(words))
        while sockets() <= before:
            await asyncio.sleep(0.01)
        assert await _one((*words, "-t", "1")) == (2, "CRITICAL - Socket timeout after 1 seconds")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(2):
            while sockets() - before:  # a transport closes at the next turn of the loop
                await asyncio.sleep(0)

    with unheard(room) as port, asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(given_up(port))


@pytest.mark.skipif(uvloop is None, reason="uvloop is not installed")
def test_the_fast_loop_says_the_same(files: Certified) -> None:
    tls = served_tls(files.good.server_cert, files.good.server_key)
    for case in (*REQUESTS, *BODIES, *REDIRECTS[::7], *(Case(OK, tuple(line.split())) for line in TLS_LINES[:20])):
        with serving(case.pages, tls) as site:
            words = [
                each.replace("@PORT@", str(site.port)) for each in ("-I", "127.0.0.1", "-p", "@PORT@", *case.words)
            ]
            usual = taken_apart(asyncio.run(_one(words)))
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                assert taken_apart(runner.run(_one(words))) == usual


def test_an_answer_of_any_size_is_counted_and_only_its_begin_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alignak.execution.standins.http._MOST_KEPT", 100_000)
    monkeypatch.setattr("alignak.execution.standins.http._WANTED", (Terse(100_000),))
    with serving([page(), *[b"x" * 100_000] * 10, b"needle"]) as site:
        words = ["-I", "127.0.0.1", "-p", str(site.port)]
        assert "1000036 bytes" in in_process("check_http", words)[1]
        assert in_process("check_http", [*words, "-s", "hello"])[0] == 0
        code, text = in_process("check_http", [*words, "-s", "needle"])
        assert code == 3
        assert "only the first 100000 are searched" in text
