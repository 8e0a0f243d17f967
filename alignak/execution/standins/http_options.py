"""The words of ``check_http``, and what they ask for. The ``http`` stand-in runs it."""

from __future__ import annotations

import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from alignak.execution.standins.certificates import days
from alignak.execution.standins.connections import DEFAULT_TERMS, DEFAULT_TIMEOUT, Terms, seconds
from alignak.execution.standins.http_asked import AGENT, REACTIONS, Asked, Place
from alignak.execution.standins.options import Given, given, number
from alignak.execution.standins.posix_patterns import Pattern, pattern
from alignak.execution.standins.ranges import Range, range_of
from alignak.execution.standins.standin import Unsupported

KNOWN: Final[Mapping[str, str]] = {
    "-H --hostname": "name",
    "-I --IP-address": "address",
    "-p --port": "port",
    "-4 --use-ipv4": "",
    "-6 --use-ipv6": "",
    "-S --ssl": "version?",
    "--sni": "",
    "-C --certificate": "days",
    "--continue-after-certificate": "",
    "-J --client-cert": "file",
    "-K --private-key": "file",
    "-e --expect": "strings",
    "-d --header-string": "string",
    "-s --string": "string",
    "-u --url": "path",
    "-P --post": "data",
    "-j --method": "method",
    "-N --no-body": "",
    "-M --max-age": "seconds",
    "-T --content-type": "type",
    "-l --linespan": "",
    "-r --regex --ereg": "pattern",
    "-R --eregi": "pattern",
    "--invert-regex": "",
    "-a --authorization": "pair",
    "-b --proxy-authorization": "pair",
    "-A --useragent": "name",
    "-k --header": "header",
    "-E --extended-perfdata": "",
    "-B --show-body": "",
    "-L --link": "",
    "-n --nohtml": "",
    "-f --onredirect": "reaction",
    "--max-redirs": "number",
    "-m --pagesize": "sizes",
    "-w --warning": "range",
    "-c --critical": "range",
    "-t --timeout": "seconds",
}
"""Names of each option -> what its value is; nothing for one without."""

_FOLLOWING: Final = frozenset({"follow", "sticky", "stickyport"})
_VERSIONS: Final[Mapping[str, ssl.TLSVersion]] = {
    "1": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
}
_SIZES: Final = re.compile(r"(\d{1,9})(?::(\d{1,9}))?", re.ASCII)
_AGE: Final = re.compile(r"(\d{1,9})([smhd]?)", re.ASCII)
_SECONDS: Final[Mapping[str, int]] = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass
class _Read:
    """What was read so far: some options mean what they do by their order."""

    texts: dict[str, str] = field(default_factory=dict)
    """Value of each option that was given, the last one."""
    port: int = 80
    shown_port: int = 0
    has_port: bool = False
    is_secure: bool = False
    host: str | None = None
    terms: Terms = DEFAULT_TERMS
    family: int = socket.AF_UNSPEC
    headers: list[str] = field(default_factory=list)
    post: str | None = None
    any_case: bool = False
    by_lines: bool = True
    pattern: Pattern | None = None

    def has(self, option: str) -> bool:
        return option in self.texts


def read(words: Sequence[str]) -> Asked:
    """Return what words ask for. Raises Unsupported."""
    found = given(words, KNOWN)
    so_far = _Read()
    for option, value in found.options:
        so_far.texts[option] = value
        if (act := _BY_ORDER.get(option)) is not None:
            act(so_far, value)
    return _asked(so_far, _place(so_far, found))


def _asked(so_far: _Read, place: Place) -> Asked:
    texts = so_far.texts
    forced, headers = _headers(so_far)
    smallest, largest = _sizes(texts.get("-m"))
    critical = range_of("-c", texts["-c"]) if "-c" in texts else None
    return Asked(
        place=place,
        method=_method(so_far),
        agent=texts.get("-A", AGENT),
        headers=headers,
        forced_host=forced,
        post=None if so_far.post is None else _bytes(so_far.post),
        family=so_far.family,
        has_sni=so_far.has("--sni"),
        terms=_terms(so_far),
        days=days("-C", texts["-C"]) if "-C" in texts else None,
        goes_on=so_far.has("--continue-after-certificate"),
        expected=texts.get("-e"),
        header_string=_bytes(texts.get("-d", "")),
        string=_bytes(texts.get("-s", "")),
        pattern=so_far.pattern,
        is_inverted=so_far.has("--invert-regex"),
        smallest=smallest,
        largest=largest,
        max_age=_age(texts.get("-M")),
        on_redirect=_reaction(texts.get("-f", "ok")),
        max_redirects=number("--max-redirs", texts.get("--max-redirs", "15")),
        warning=range_of("-w", texts["-w"]) if "-w" in texts else None,
        critical=critical,
        timeout=_timeout(texts.get("-t"), critical),
        has_more_perfdata=so_far.has("-E"),
        has_link=so_far.has("-L"),
        shows_body=so_far.has("-B"),
        has_no_body=so_far.has("-N"),
    )


def _hostname(so_far: _Read, value: str) -> None:
    name, colon, port = value.partition(":")
    if colon and not _is_ipv6(value):
        if ":" in port or "[" in value:
            raise Unsupported(f"-H {value}")
        so_far.shown_port = _port("-H", port)
        if not so_far.has_port:
            so_far.port = so_far.shown_port
        value = name
    so_far.host = value


def _port_given(so_far: _Read, value: str) -> None:
    so_far.port, so_far.has_port = _port("-p", value), True


def _port(option: str, text: str) -> int:
    port = number(option, text)
    if not 0 < port < 65_536:
        raise Unsupported(f"{option} {text}")
    return port


def _secured(so_far: _Read, _value: str) -> None:
    so_far.is_secure = True
    if not so_far.has_port:
        so_far.port = 443


def _ssl(so_far: _Read, value: str) -> None:
    _secured(so_far, value)
    version, plus = value.removesuffix("+"), value.endswith("+")
    if version in ("2", "3") and plus:
        so_far.terms = DEFAULT_TERMS
    elif version in _VERSIONS:
        most = DEFAULT_TERMS.most if plus else _VERSIONS[version]
        so_far.terms = Terms(least=_VERSIONS[version], most=most)
    elif value:
        raise Unsupported(f"-S{value}")


def _pattern(so_far: _Read, value: str) -> None:
    so_far.pattern = pattern(_bytes(value), any_case=so_far.any_case, by_lines=so_far.by_lines)


def _any_case_pattern(so_far: _Read, value: str) -> None:
    so_far.any_case = True
    _pattern(so_far, value)


def _linespan(so_far: _Read, _value: str) -> None:
    so_far.by_lines = False


def _header(so_far: _Read, value: str) -> None:
    if not value:
        raise Unsupported("an empty -k")
    so_far.headers.append(value)


def _post(so_far: _Read, value: str) -> None:
    so_far.post = value if so_far.post is None else so_far.post


def _ipv4(so_far: _Read, _value: str) -> None:
    so_far.family = socket.AF_INET


def _ipv6(so_far: _Read, _value: str) -> None:
    so_far.family = socket.AF_INET6


def _no_link(so_far: _Read, _value: str) -> None:
    so_far.texts.pop("-L", None)


_BY_ORDER: Final[Mapping[str, Callable[[_Read, str], None]]] = {
    "-H": _hostname,
    "-p": _port_given,
    "-S": _ssl,
    "-C": _secured,
    "-J": _secured,
    "-r": _pattern,
    "-R": _any_case_pattern,
    "-l": _linespan,
    "-k": _header,
    "-P": _post,
    "-4": _ipv4,
    "-6": _ipv6,
    "-n": _no_link,
}
"""Options whose place among the others matters, or that may be given more than once."""


def _place(so_far: _Read, found: Given) -> Place:
    """Return where to go first; operands stand for the address, then for the host."""
    operands = list(found.operands)
    address = so_far.texts.get("-I")
    if address is None and operands:
        address = operands.pop(0)
    host = so_far.host
    if host is None and operands:
        host = operands.pop(0)
        if ":" in host:
            raise Unsupported(f"the operand {host}")
    if operands:
        raise Unsupported(f"the operand {operands[0]}")
    address = host if address is None else address
    if not address or address.startswith("/") or "[" in address or host == "":
        raise Unsupported("a server address that is missing, a path or in brackets")
    url = so_far.texts.get("-u", "/")
    return Place(address, host, so_far.port, so_far.shown_port or so_far.port, so_far.is_secure, url)


def _is_ipv6(text: str) -> bool:
    with suppress(OSError, ValueError):
        socket.inet_pton(socket.AF_INET6, text)
        return True
    return False


def _method(so_far: _Read) -> str:
    method = so_far.texts.get("-j", "GET" if so_far.post is None else "POST").partition(":")[0]
    if method == "CONNECT" and so_far.is_secure:
        raise Unsupported("-j CONNECT with -S: TLS through a proxy")
    return method


def _headers(so_far: _Read) -> tuple[str | None, tuple[str, ...]]:
    """Return the host header that was given, and the other lines in the plugin's order."""
    forced = [each for each in so_far.headers if each.startswith("Host:")]
    if len(forced) > 1:
        raise Unsupported("more than one Host: header")
    lines = [each for each in so_far.headers if not each.startswith("Host:")]
    for option, name in (("-a", "Authorization"), ("-b", "Proxy-Authorization")):
        if pair := so_far.texts.get(option):
            lines.append(f"{name}: Basic {b64encode(_bytes(pair)).decode()}")
    if so_far.post is not None:
        kind = so_far.texts.get("-T", "application/x-www-form-urlencoded")
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(_bytes(so_far.post))}"]
    return (forced[0] if forced else None), tuple(lines)


def _terms(so_far: _Read) -> Terms:
    certificate, key = so_far.texts.get("-J"), so_far.texts.get("-K")
    if certificate is None and key is None:
        return so_far.terms
    if not certificate or not key:
        raise Unsupported("-J or -K without the other")
    return so_far.terms._replace(certificate=certificate, key=key)


def _reaction(text: str) -> str:
    if text not in REACTIONS and text not in _FOLLOWING:
        raise Unsupported(f"-f {text}")
    return text


def _sizes(text: str | None) -> tuple[int, int]:
    """Return least and most bytes, 0 for no limit."""
    if text is None:
        return 0, 0
    found = _SIZES.fullmatch(text)
    if found is None:
        raise Unsupported(f"-m {text}")
    return int(found[1]), int(found[2] or 0)


def _age(text: str | None) -> int | None:
    if text is None:
        return None
    found = _AGE.fullmatch(text)
    if found is None:
        raise Unsupported(f"-M {text}")
    return int(found[1]) * _SECONDS[found[2]]


def _timeout(text: str | None, critical: Range | None) -> int:
    """Return the seconds of ``-t``, or enough for ``-c`` when that is longer."""
    timeout = DEFAULT_TIMEOUT if text is None else seconds("-t", text)
    if critical is not None and critical.shown > timeout:
        return int(critical.shown) + 1
    return timeout


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
