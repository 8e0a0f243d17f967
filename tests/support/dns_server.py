"""A name server that answers each name in a way of its own, over UDP and TCP, for the tests of name checks."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Answerer = Callable[[dns.message.Message, bool], bytes]
"""A question, and whether it came over UDP -> the answer's bytes; none for silence."""

ZONE: Final[Mapping[str, tuple[str, ...]]] = {
    "a.test.": ("A 10.0.0.1",),
    "multi.test.": ("A 10.0.0.2", "A 10.0.0.1", "A 10.0.0.10"),
    "six.test.": ("AAAA fd00::1",),
    "dual.test.": ("A 10.0.0.1", "AAAA fd00::1"),
    "empty.test.": ("TXT nothing",),
    "mail.test.": ("MX 10 a.test.", "MX 20 b.test.", "A 10.0.0.3"),
    "text.test.": ('TXT "some words" more', 'TXT "10.0.0.1"'),
    "name.test.": ("NS ns1.test.", "SOA ns1.test. root.test. 1 2 3 4 5", "CAA 0 issue ca.test"),
    "service.test.": ("SRV 1 2 3 a.test.",),
    "1.0.0.10.in-addr.arpa.": ("PTR a.test.",),
    "2.0.0.10.in-addr.arpa.": ("PTR a.test.", "PTR multi.test."),
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa.": ("PTR six.test.",),
    ".": ("NS a.test.",),
}
ALIASES: Final = {
    "alias.test.": "a.test.",
    "second.test.": "alias.test.",
    "aliassix.test.": "six.test.",
    "lost.test.": "gone.test.",
}
CODES: Final = {
    "failing.test.": dns.rcode.SERVFAIL,
    "refused.test.": dns.rcode.REFUSED,
    "formless.test.": dns.rcode.FORMERR,
    "unknown.test.": dns.rcode.NOTIMP,
    "denied.test.": dns.rcode.NOTAUTH,
}
HALVES: Final = {
    "halffailing.test.": dns.rcode.SERVFAIL,
    "halfrefused.test.": dns.rcode.REFUSED,
    "halfgone.test.": dns.rcode.NXDOMAIN,
    "halfsilent.test.": None,
}
"""Names with an IPv4 address, and what comes of asking for IPv6."""
_PECULIAR: Final = ("slow", "longer", "late", "foreign", "unrecursive", "stranger", "mixed", "delegated")
LONE: Final = {*HALVES, *(f"{name}.test." for name in _PECULIAR)}
"""Names with the address 10.0.0.1 alone."""


def answer(question: dns.message.Message, is_udp: bool) -> bytes:
    """Answer out of the zone; some names lead to trouble."""
    asked = question.question[0]
    name = asked.name.to_text().lower()
    told = dns.message.make_response(question, recursion_available=True)
    told.flags |= dns.flags.AA
    if name == "silent.test.":
        return b""
    if name == "slow.test.":
        time.sleep(0.3)
    if name == "longer.test.":
        time.sleep(0.6)
    if name == "late.test.":
        time.sleep(1.5)
    if name == "foreign.test.":
        told.flags &= ~dns.flags.AA
    if name == "unrecursive.test.":
        told.flags &= ~dns.flags.RA
    if name == "cut.test." and is_udp:
        told.flags |= dns.flags.TC
        return told.to_wire()
    if name == "garbage.test.":
        return question.to_wire()[:2] + b"\x81\x80\xff\xff\xff\xff"
    if name == "stranger.test.":
        told.id ^= 1
    if name in CODES:
        told.set_rcode(CODES[name])
        return told.to_wire()
    _fill(told, name, asked.rdtype)
    if asked.rdtype == dns.rdatatype.AAAA and name in HALVES:
        if HALVES[name] is None:
            return b""
        told.set_rcode(HALVES[name] or 0)
    if name == "mixed.test." and asked.rdtype == dns.rdatatype.AAAA:
        told.flags &= ~dns.flags.AA
    if name == "delegated.test.":
        told.authority = [dns.rrset.from_text(name, 60, "IN", "NS", "ns9.test.")]
        told.additional = [dns.rrset.from_text("ns9.test.", 60, "IN", "A", "10.9.9.9")]
    return told.to_wire(max_size=65_535)


def _fill(told: dns.message.Message, name: str, kind: int) -> None:
    """Put the records of a name in, following its aliases."""
    while name in ALIASES:
        told.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", ALIASES[name]))
        name = ALIASES[name]
    records = ZONE.get(name)
    if name in LONE or name.startswith("long-"):
        records = ("A 10.0.0.1",)
    if name == "cut.test.":
        records = tuple(f"A 10.1.{number // 250}.{number % 250 + 1}" for number in range(100))
    if records is None:
        told.set_rcode(dns.rcode.NXDOMAIN)
    wanted = [each.partition(" ")[2] for each in records or () if each.startswith(dns.rdatatype.to_text(kind) + " ")]
    if wanted:
        told.answer.append(dns.rrset.from_text(name, 60, "IN", dns.rdatatype.to_text(kind), *wanted))
    else:
        told.authority.append(dns.rrset.from_text("test.", 60, "IN", "SOA", "ns1.test. root.test. 1 2 3 4 5"))


class _Datagram(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, line = self.request
        told = answer(dns.message.from_wire(data), True)
        if told:
            line.sendto(told, self.client_address)


class _Stream(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        length = self.rfile.read(2)
        if len(length) == 2:
            told = answer(dns.message.from_wire(self.rfile.read(int.from_bytes(length))), False)
            self.wfile.write(len(told).to_bytes(2) + told)


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    block_on_close = False


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextmanager
def name_server(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Run the server; yield its port."""
    servers: list[Any] = [_Tcp((address, port), _Stream)]
    try:
        servers.append(_Udp((address, servers[0].server_address[1]), _Datagram))
        threads = [threading.Thread(target=each.serve_forever, args=(0.05,)) for each in servers]
        for each in threads:
            each.start()
        yield servers[0].server_address[1]
        for server in servers:
            server.shutdown()
        for each in threads:
            each.join()
    finally:
        for server in servers:
            server.server_close()
