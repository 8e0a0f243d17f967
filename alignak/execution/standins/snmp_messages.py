"""The messages of SNMP 1 and 2c, and what is asked and answered in those of every version.

``snmp_talk`` sends and hears them; ``snmp_users`` wraps the same questions for SNMP 3. What is no answer to a question
raises NoiseError.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import Struct

from alignak.execution.standins import ber
from alignak.execution.standins.ber import Field, Name, NoiseError, read, sequence, written
from alignak.execution.standins.snmp_values import named, printed

_NULL: Final = Field(ber.NULL, None)


class Question(Struct, frozen=True):
    """What is asked for."""

    id: int
    names: tuple[Name, ...]
    is_next: bool = False

    @property
    def field(self) -> Field:
        """Return it as it stands in a message."""
        variables = sequence(*(sequence(Field(ber.OID, name), _NULL) for name in self.names))
        zero = Field(ber.INTEGER, 0)
        tag = ber.GET_NEXT if self.is_next else ber.GET
        return Field(tag, (Field(ber.INTEGER, self.id), zero, zero, variables))


class Variable(NamedTuple):
    """A name and its value, as they are printed."""

    name: str
    text: str


class Answer(NamedTuple):
    """What came back."""

    status: int
    """What went wrong, as the protocol numbers it; 0 for nothing."""
    place: int
    """Which variable that is about, from 1; 0 for none."""
    names: tuple[Name, ...]
    variables: tuple[Variable, ...]
    """Only when nothing went wrong."""


def asked_by(community: bytes, version: int, question: Question) -> bytes:
    """Return the packet of SNMP 1 (version 0) or 2c (version 1) that asks a question."""
    return written(sequence(Field(ber.INTEGER, version), Field(ber.OCTETS, community), question.field))


def answered_to(version: int, question: Question, data: bytes) -> Answer:
    """Return the answer that a packet of SNMP 1 or 2c is, whatever community it names. Raises NoiseError."""
    spoken, _, said = read(data).fields(3)
    if spoken.number != version:
        raise NoiseError("another version")
    return answer(question, said)


def answer(question: Question, said: Field) -> Answer:
    """Return what was said in answer to a question. Raises NoiseError."""
    if said.tag != ber.RESPONSE:
        raise NoiseError(f"tag {said.tag:#x} where an answer is due")
    number, status, place, listed = said.fields(4)
    if number.number != question.id:
        raise NoiseError("an answer to something else")
    pairs = [each.fields(2) for each in listed.fields(0)]
    names = tuple(name.name for name, _ in pairs)
    variables = () if status.number else tuple(Variable(named(name.name), printed(value)) for name, value in pairs)
    return Answer(status.number, place.number, names, variables)
