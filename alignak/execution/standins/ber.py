"""ASN.1 as SNMP packs it, as plain values that pyasn1 reads and writes.

The other ``snmp`` files speak in ``Field`` and know nothing of the library. Fields in fields are taken apart here: that
bounds what a packet that lies about its lengths can cost, and the library does not read an empty sequence without being
told that one comes. What cannot be read is a NoiseError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pyasn1.type import tag, univ

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
SEQUENCE: Final = 0x30
ADDRESS: Final = 0x40
COUNTER: Final = 0x41
GAUGE: Final = 0x42
TICKS: Final = 0x43
OPAQUE: Final = 0x44
COUNTER64: Final = 0x46
NO_OBJECT: Final = 0x80
NO_INSTANCE: Final = 0x81
END_OF_VIEW: Final = 0x82
GET: Final = 0xA0
GET_NEXT: Final = 0xA1
RESPONSE: Final = 0xA2
REPORT: Final = 0xA8

_CONSTRUCTED: Final = 0x20
_LONG: Final = 0x1F
_DEEPEST: Final = 8
_MOST_FIELDS: Final = 512
"""In a packet: three for each of twice the variables that are asked for together, and what is around them."""
_MOST_LENGTH_BYTES: Final = 4
_SHORT: Final = 0x80
"""Length from which on it is written with a length of its own."""
_MOST_ARCS: Final = 128
_LONGEST: Final = 65_536
_KEPT: Final = 8192
_LONG_VALUE: Final = 64
"""Bytes of a value that is not kept."""

Name = tuple[int, ...]
"""An object identifier."""


class NoiseError(Exception):
    """A packet is none, or is not for us."""


class Field(NamedTuple):
    """A value and its tag, which is the first byte of how it is packed."""

    tag: int
    value: Any
    """A number, bytes, a name, None, or a tuple of fields."""

    @property
    def number(self) -> int:
        """Return the integer it must be. Raises NoiseError."""
        return int(self._as(INTEGER))

    @property
    def octets(self) -> bytes:
        """Return the bytes it must be. Raises NoiseError."""
        return bytes(self._as(OCTETS))

    @property
    def name(self) -> Name:
        """Return the name it must be. Raises NoiseError."""
        return tuple(self._as(OID))

    def fields(self, count: int) -> tuple[Field, ...]:
        """Return the fields it must have, so many or, for 0, any number. Raises NoiseError."""
        if not self.tag & _CONSTRUCTED or count not in (0, len(self.value)):
            raise NoiseError(f"tag {self.tag:#x} where {count or 'some'} fields are due")
        return tuple(self.value)

    def _as(self, wanted: int) -> Any:
        if self.tag != wanted:
            raise NoiseError(f"tag {self.tag:#x} where {wanted:#x} is due")
        return self.value


def sequence(*fields: Field) -> Field:
    """Return fields as one."""
    return Field(SEQUENCE, fields)


def _tag_set(octet: int) -> tag.TagSet:
    return tag.TagSet((), tag.Tag(octet & 0xC0, octet & _CONSTRUCTED, octet & _LONG))


_NUMBERS: Final = (INTEGER, COUNTER, GAUGE, TICKS, COUNTER64)
_BYTES: Final = (OCTETS, ADDRESS, OPAQUE)
_NOTHINGS: Final = (NULL, NO_OBJECT, NO_INSTANCE, END_OF_VIEW)
_GROUPS: Final = (SEQUENCE, GET, GET_NEXT, RESPONSE, REPORT)
_ANY_SIZE: Final = range(_LONGEST)
_SIZES: Final = {**dict.fromkeys(_NUMBERS, range(1, 10)), OID: range(1, 5 * _MOST_ARCS)}
"""How many bytes a value may have."""
_READERS: Final = {
    _tag_set(each): reader
    for reader, tags in (
        (decoder.IntegerPayloadDecoder(), _NUMBERS),
        (decoder.OctetStringPayloadDecoder(), _BYTES),
        (decoder.NullPayloadDecoder(), _NOTHINGS),
        (decoder.ObjectIdentifierPayloadDecoder(), (OID,)),
    )
    for each in tags
}
"""The only types that are read."""
_TYPES: Final[Mapping[int, Callable[[Any], Any]]] = {
    INTEGER: univ.Integer,
    OCTETS: univ.OctetString,
    NULL: lambda _: univ.Null(""),
    OID: univ.ObjectIdentifier,
}
"""Tag -> what makes the library's form of a value that is sent."""


def read(data: bytes) -> Field:
    """Return the field that a packet begins with. Raises NoiseError."""
    field, _ = _field(data, 0, len(data), iter(range(_MOST_FIELDS)), 0)
    return field


def written(field: Field) -> bytes:
    """Return how a field is packed."""
    if field.tag not in _GROUPS:
        return _packed(field)
    content = b"".join([written(each) for each in field.value])
    size = len(content)
    if size < _SHORT:
        return bytes((field.tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((field.tag, _SHORT | len(length))) + length + content


@lru_cache(maxsize=_KEPT)
def _packed(field: Field) -> bytes:
    """Return how a field that holds no others is packed."""
    packed: bytes = encoder.encode(_TYPES[field.tag](field.value))
    return packed


def _field(data: bytes, at: int, limit: int, left: Iterator[int], depth: int) -> tuple[Field, int]:
    """Return the field at a place and where it ends; ``left`` counts how many more may come. Raises NoiseError."""
    begin, end = _extent(data, at, limit)
    if depth > _DEEPEST or next(left, None) is None:
        raise NoiseError("more fields than an answer has")
    if end - begin not in _SIZES.get(data[at], _ANY_SIZE):
        raise NoiseError(f"{end - begin} bytes for tag {data[at]:#x}")
    if data[at] not in _GROUPS:
        value = data[at:end]
        return (_value(value) if len(value) > _LONG_VALUE else _short_value(value)), end
    fields = []
    while begin < end:
        field, begin = _field(data, begin, end, left, depth + 1)
        fields.append(field)
    return Field(data[at], tuple(fields)), end


def _value(data: bytes) -> Field:
    """Return a field that holds no others. Raises NoiseError."""
    octet = data[0]
    if octet not in _PLAIN:
        raise NoiseError(f"tag {octet:#x}")
    try:
        item, _ = decoder.decode(data, tagMap=_READERS)
        return Field(octet, _PLAIN[octet](item))
    except (PyAsn1Error, ValueError) as error:
        raise NoiseError("not the ASN.1 of SNMP") from error


_short_value: Final = lru_cache(maxsize=_KEPT)(_value)
"""Most fields of a packet are those of the last one: names, zeros, who speaks."""


def _limited(item: univ.Integer) -> int:
    number = int(item)
    if not -(2**63) <= number < 2**64:
        raise NoiseError("a number of more than 64 bits")
    return number


def _named(item: Any) -> Name:
    name: Name = item.asTuple()
    if len(name) > _MOST_ARCS or max(name) >= 2**32:
        raise NoiseError("a name that is too long")
    return name


def _extent(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """Return where the content of a field begins and ends. Raises NoiseError."""
    if at + 2 > limit or data[at] & _LONG == _LONG:
        raise NoiseError("no field")
    length, begin = data[at + 1], at + 2
    if length & _SHORT:
        count = length & ~_SHORT
        if not 0 < count <= _MOST_LENGTH_BYTES or begin + count > limit:
            raise NoiseError("no length")
        length, begin = int.from_bytes(data[begin : begin + count]), begin + count
    if begin + length > limit:
        raise NoiseError("a length that goes beyond the end")
    return begin, begin + length


_PLAIN: Final[Mapping[int, Callable[[Any], Any]]] = {
    **dict.fromkeys(_NUMBERS, _limited),
    **dict.fromkeys(_BYTES, univ.OctetString.asOctets),
    **dict.fromkeys(_NOTHINGS, lambda _: None),
    OID: _named,
}
"""Tag -> what takes a value out of the library's form."""
