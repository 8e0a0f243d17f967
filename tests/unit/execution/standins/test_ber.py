"""What agents send is read, and no packet, however it is made, does any harm."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignak.execution.standins import ber
from alignak.execution.standins.ber import Field, NoiseError, read, sequence, written
from alignak.execution.standins.snmp_messages import Question, answered_to

NAMES = st.tuples(st.integers(0, 1), st.integers(0, 39)) | st.tuples(st.just(2), st.integers(0, 39))
VALUES = st.one_of(
    st.builds(Field, st.just(ber.INTEGER), st.integers(-(2**63), 2**63 - 1)),
    st.builds(Field, st.just(ber.OCTETS), st.binary(max_size=300)),
    st.just(Field(ber.NULL, None)),
    st.builds(lambda begin, rest: Field(ber.OID, begin + tuple(rest)), NAMES, st.lists(st.integers(0, 2**32 - 1))),
)
GROUPS = st.recursive(VALUES, lambda inner: st.builds(sequence, *[inner] * 2) | st.builds(sequence), max_leaves=20)

ANSWER = (
    bytes.fromhex("302f02010104067075626c6963a22202014d0201000201003017301506082b060102010105000409") + b"a machine"
)
QUESTION = Question(77, ((1, 3, 6, 1, 2, 1, 1, 5, 0),))


@given(GROUPS.filter(lambda field: len(written(field)) < 1000))
def test_what_is_written_is_read_as_it_was(field: Field) -> None:
    with suppress(NoiseError):  # deeper than any message
        assert read(written(field)) == field


def test_an_answer_is_read() -> None:
    found = answered_to(1, QUESTION, ANSWER)
    assert [(each.name, each.text) for each in found.variables] == [("iso.3.6.1.2.1.1.5.0", 'STRING: "a machine"')]


def test_an_answer_may_be_followed_by_anything() -> None:
    assert answered_to(1, QUESTION, ANSWER + b"and more") == answered_to(1, QUESTION, ANSWER)


@given(st.binary(max_size=100))
def test_no_noise_makes_the_reader_stumble(packet: bytes) -> None:
    with suppress(NoiseError):
        answered_to(1, QUESTION, packet)


@given(st.integers(0, len(ANSWER) - 1), st.integers(0, 255))
def test_no_changed_byte_makes_the_reader_stumble(place: int, byte: int) -> None:
    with suppress(NoiseError):
        answered_to(1, QUESTION, ANSWER[:place] + bytes((byte,)) + ANSWER[place + 1 :])


@pytest.mark.parametrize(
    "packet",
    [
        *("", "30", "30800201050000", "3004020105", "30030202ff", "3f8001", "30850000000001", "3084ffffffff0201"),
        *("0200", "0600", "0602ffff", "02847fffffff01", "0509", "0903800102", "240404020102", "1003020101"),
        *("30" * 40, "3080" * 40, "a082" * 40, "020a" + "7f" * 10),
    ],
)
def test_packets_that_are_not_well_made_are_noise(packet: str) -> None:
    with pytest.raises(NoiseError):
        read(bytes.fromhex(packet))


@pytest.mark.parametrize(
    "filling",
    [
        b"\5\0" * 32_000,
        b"\x30\x00" * 32_000,
        ANSWER * 1_000,
        b"\6\x82\xff\0" + b"\1" * 65_280,
        b"\2\x82\xff\0" + b"\1" * 65_280,
    ],
    ids=["values", "groups", "answers", "one name", "one number"],
)
def test_a_packet_as_long_as_can_be_is_refused_at_once(filling: bytes) -> None:
    packet = b"\x30\x82" + len(filling).to_bytes(2) + filling if len(filling) < 65_536 else filling
    with pytest.raises(NoiseError):
        read(packet if packet[0] == 0x30 else b"\x30\x82\xff\xf0" + filling)


@pytest.mark.parametrize("changed", [{"version": 0}, {"question": Question(78, ())}])
def test_an_answer_to_somebody_else_is_noise(changed: dict[str, object]) -> None:
    asked = {"version": 1, "question": QUESTION, **changed}
    with pytest.raises(NoiseError):
        answered_to(data=ANSWER, **asked)  # type: ignore[arg-type]
