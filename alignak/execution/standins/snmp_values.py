"""How net-snmp's programs print names and values without MIB files, which is what ``check_snmp`` reads."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from alignak.execution.standins import ber
from alignak.execution.standins.ber import Field, Name, NoiseError

_ROOTS: Final = ("ccitt", "iso", "joint-iso-ccitt")
_LINE: Final = 16
_SPACES: Final = frozenset(b"\t\n\v\f\r")
_FLOATS: Final[Mapping[bytes, str]] = {b"\x9f\x78\x04": ">f", b"\x9f\x79\x08": ">d"}
"""How an opaque value begins that wraps a number -> how that is packed."""
_DAY: Final = 8_640_000
_QUOTED: Final = str.maketrans({'"': '\\"', "\\": "\\\\"})
_WORD: Final = 2**32
_ADDRESS_BYTES: Final = 4


def named(name: Name) -> str:
    """Return a name, its first number as a word."""
    first, *others = name
    return ".".join((_ROOTS[first], *map(str, others)))


def printed(value: Field) -> str:
    """Return a value with its type, more than one line if it has them. Raises NoiseError."""
    show = _SHOWN.get(value.tag)
    if show is None:
        raise NoiseError(f"tag {value.tag:#x} as a value")
    return show(value.value)


def _signed(number: int) -> str:
    """Return the lowest 32 bits of a number, as the programs keep it."""
    return f"INTEGER: {(number + _WORD // 2) % _WORD - _WORD // 2}"


def _address(data: bytes) -> str:
    if len(data) != _ADDRESS_BYTES:
        raise NoiseError("an address that is none")
    return f"IpAddress: {'.'.join(map(str, data))}"


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


def _ticks(number: int) -> str:
    """Return hundredths of seconds as such, and in days and hours."""
    ticks = number % _WORD
    days, rest = divmod(ticks, _DAY)
    seconds, hundredths = divmod(rest, 100)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{hundredths:02}"
    long = f"{days} day{'s' * (days > 1)}, " if days else ""
    return f"Timeticks: ({ticks}) {long}{clock}"


_SHOWN: Final[Mapping[int, Callable[[Any], str]]] = {
    ber.INTEGER: _signed,
    ber.GAUGE: lambda number: f"Gauge32: {number % _WORD}",
    ber.COUNTER: lambda number: f"Counter32: {number % _WORD}",
    ber.COUNTER64: lambda number: f"Counter64: {number % _WORD**2}",
    ber.TICKS: _ticks,
    ber.ADDRESS: _address,
    ber.OCTETS: _text,
    ber.OPAQUE: _opaque,
    ber.OID: lambda name: f"OID: {named(name)}",
    ber.NULL: lambda _: "NULL",
    ber.NO_OBJECT: lambda _: "No Such Object available on this agent at this OID",
    ber.NO_INSTANCE: lambda _: "No Such Instance currently exists at this OID",
    ber.END_OF_VIEW: lambda _: "No more variables left in this MIB View (It is past the end of the MIB tree)",
}
