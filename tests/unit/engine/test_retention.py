"""What the engine remembers comes back as it was, or says why not."""

from __future__ import annotations

import pytest

from alignak.base.errors import StoreError
from alignak.engine.retention import decode_engine, decode_item, encode_engine, encode_item
from alignak.engine.state import Acknowledgement, Comment, Downtime, EngineState, Grouped, ItemState
from alignak.model.objects import CommandCall
from alignak.model.states import StateType


def test_a_state_comes_back_as_it_was() -> None:
    state = ItemState(
        state="CRITICAL",
        state_type=StateType.SOFT,
        attempt=2,
        output="é ☃ 'quoted' \"twice\"",
        last_times={"CRITICAL": 1.5},
        acknowledgement=Acknowledgement("me", "seen", True, False, 1.0, 2.0, "4"),
        comments={"4": Comment("4", "me", "seen", 1.0, 4, 0)},
        downtimes={"5": Downtime("5", "me", "work", 1.0, 2.0, real_end_time=2.0, is_in_effect=True)},
        notified_contacts={"admin": "CRITICAL"},
        switches={"notifications_enabled": False},
        changed={"check_interval": "5"},
        hard_problem_since=3.5,
        recovery_owed_to=("ann",),
        grouped=(
            Grouped("ann", "mail", (CommandCall("tell", ("x",)),), 1.0, 31.0, "e1-7", "PROBLEM", 1, "CRITICAL", "bad"),
        ),
    )
    assert decode_item(encode_item(state)) == state


def test_the_engines_own_state_comes_back_as_it_was() -> None:
    own = EngineState(7, 8, 9, {"enable_notifications": False}, {"admin": {"host_notifications_enabled": False}})
    assert decode_engine(encode_engine(own)) == own


def test_what_commands_said_of_contacts_comes_back_as_it_was() -> None:
    own = EngineState(
        contact_changes={"ann": {"host_notification_period": "night"}},
        contact_customs={"ann": {"_DESK": "2"}},
        contact_downtimes={"ann": {"c-1": Downtime("c-1", "me", "away", 1.0, 2.0)}},
    )
    assert decode_engine(encode_engine(own)) == own


def test_an_object_nothing_happened_to_takes_little_room() -> None:
    assert len(encode_item(ItemState())) < 40


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"version":1}', b'{"version":1,"state":{"attempt":"two"}}', b"\xff\xfe", b'{"ver']
)
def test_damaged_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        decode_item(data)


def test_a_later_version_is_refused_by_its_number() -> None:
    with pytest.raises(StoreError, match="version 99"):
        decode_item(b'{"version":99,"state":{"all":"new"}}')


def test_fields_of_a_later_release_are_passed_over() -> None:
    assert decode_item(b'{"version":1,"state":{"attempt":2,"mood":"fine"}}').attempt == 2
