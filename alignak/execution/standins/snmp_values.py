"""How net-snmp's programs print names and values without MIB files, which is what ``check_snmp`` reads."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from puresnmp.pdu import EndOfMibView, NoSuchInstance, NoSuchObject
from puresnmp.types import Counter, Counter64, Gauge, IpAddress, Opaque, TimeTicks
from x690.types import Integer, Null, ObjectIdentifier, OctetString, X690Type

_ROOTS: Final = ("ccitt", "iso", "joint-iso-ccitt")
_LINE: Final = 16
_SPACES: Final = frozenset(b"\t\n\v\f\r")
_FLOATS: Final[Mapping[bytes, str]] = {b"\x9f\x78\x04": ">f", b"\x9f\x79\x08": ">d"}
"""How an opaque value begins that wraps a number -> how that is packed."""
_DAY: Final = 8_640_000
_QUOTED: Final = str.maketrans({'"': '\\"', "\\": "\\\\"})


class UnprintableError(Exception):
    """A value of a type that no agent sends in an answer."""


def name(oid: ObjectIdentifier) -> str:
    """Return a name, its first number as a word."""
    first, *others = oid.nodes
    return ".".join((_ROOTS[first], *map(str, others)))


def printed(value: X690Type[Any]) -> str:
    """Return a value with its type, more than one line if it has them. Raises UnprintableError."""
    show = _SHOWN.get(type(value))
    if show is None:
        raise UnprintableError(type(value).__name__)
    return show(value.value)


def _text(data: bytes) -> str:
    if not data:
        return '""'
    if all(32 <= byte < 127 or byte in _SPACES for byte in data):
        return f'STRING: "{data.decode("ascii").translate(_QUOTED)}"'
    return f"Hex-STRING: {_hex(data)}"


def _hex(data: bytes) -> str:
    """Return bytes in hexadecimal, a space after each, sixteen a line."""
    lines = (data[at : at + _LINE] for at in range(0, len(data), _LINE))
    return "\n".join("".join(f"{byte:02X} " for byte in line) for line in lines)


def _opaque(data: bytes) -> str:
    kind = _FLOATS.get(data[:3])
    if kind is not None and len(data) == 3 + struct.calcsize(kind):
        return f"Opaque: Float: {struct.unpack(kind, data[3:])[0]:f}"
    return f"OPAQUE: {_hex(data)}"


def _ticks(ticks: int) -> str:
    """Return hundredths of seconds as such, and in days and hours."""
    days, rest = divmod(ticks, _DAY)
    seconds, hundredths = divmod(rest, 100)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{hundredths:02}"
    long = f"{days} day{'s' * (days > 1)}, " if days else ""
    return f"Timeticks: ({ticks}) {long}{clock}"


_SHOWN: Final[Mapping[type[X690Type[Any]], Callable[[Any], str]]] = {
    Integer: "INTEGER: {}".format,
    Gauge: "Gauge32: {}".format,
    Counter: "Counter32: {}".format,
    Counter64: "Counter64: {}".format,
    TimeTicks: _ticks,
    IpAddress: "IpAddress: {}".format,
    OctetString: _text,
    Opaque: _opaque,
    ObjectIdentifier: lambda text: f"OID: {name(ObjectIdentifier(text))}",
    Null: lambda _: "NULL",
    NoSuchObject: lambda _: "No Such Object available on this agent at this OID",
    NoSuchInstance: lambda _: "No Such Instance currently exists at this OID",
    EndOfMibView: lambda _: "No more variables left in this MIB View (It is past the end of the MIB tree)",
}
