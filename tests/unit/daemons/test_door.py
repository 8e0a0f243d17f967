"""The door for commands: what it accepts, whom it is for, and what becomes of it while schedulers come and go."""

from __future__ import annotations

from typing import Any

import pytest

from alignak.api.arbiter import CommandFate, CommandRequest, FateRequest
from alignak.base.errors import NotFoundError, NotReadyError, RefusedError, StorageFullError
from alignak.base.ids import IdSource
from alignak.daemons import door as doors
from alignak.daemons.door import Door, Routes
from alignak.daemons.waiting import Waiting, batch_of, line_ids
from alignak.messages.work import RunCommands
from tests.support.commands import ForgetfulJournal

ROUTES = Routes(("s1", "s2"), {"web": "s1", "db": "s2"})


class Scheduler:
    """A scheduler at the end of a link, that refuses lines which say so."""

    name = "scheduler"

    def __init__(self) -> None:
        self.got: list[str] = []

    def call(self, _: Any, request: RunCommands) -> list[CommandFate]:
        fates = []
        for batch in request.batches:
            self.got += batch.lines
            ids = line_ids(batch.id, len(batch.lines))
            fates += [
                CommandFate(id_, "refused", "no") for id_, line in zip(ids, batch.lines, strict=True) if "bad" in line
            ]
        return fates


def result(host: str, text: str = "OK") -> str:
    return f"[5] PROCESS_HOST_CHECK_RESULT;{host};0;{text}"


@pytest.fixture
def journal() -> ForgetfulJournal:
    return ForgetfulJournal()


@pytest.fixture
def door(journal: ForgetfulJournal) -> Door:
    found = Door(IdSource("door"), journal, None)
    found.route(ROUTES)
    return found


def delivered(door: Door, name: str) -> list[str]:
    """Let a scheduler have what waits for it and return the lines it got."""
    scheduler = Scheduler()
    while door.deliver(name, scheduler) == 0.0:  # type: ignore[arg-type]
        pass
    return scheduler.got


def fate(door: Door, id_: str) -> str:
    return door.fate(FateRequest(id_)).state


def test_many_lines_are_one_write_and_each_has_a_fate_of_its_own(door: Door, journal: ForgetfulJournal) -> None:
    lines = (result("web", "1"), result("db"), result("web", "bad"), "nonsense", result("nobody"))
    answer = door.command(CommandRequest(commands=lines))
    assert (answer.status, answer.message, journal.writes) == ("ERR", "Got 3 command(s), refused 2", 1)
    assert [each.state for each in answer.fates] == ["waiting"] * 3 + ["refused"] * 2
    ids = [each.id for each in answer.fates[:3]]
    assert [fate(door, each) for each in ids] == ["waiting"] * 3
    assert delivered(door, "s1") == [lines[0], lines[2]]
    assert delivered(door, "s2") == [lines[1]]
    assert [fate(door, each) for each in ids] == ["accepted", "accepted", "refused"]
    assert not journal.kept
    assert door.counters() == {
        "external-commands": 0,
        "external-commands-settled": 3,
        "external-commands-refused": 2,
    }


def test_a_command_for_everybody_keeps_its_place_among_the_others(door: Door) -> None:
    lines = (result("web", "1"), result("db"), "DISABLE_NOTIFICATIONS", result("web", "2"))
    door.command(CommandRequest(commands=lines))
    assert delivered(door, "s1") == [lines[0], lines[2], lines[3]]
    assert delivered(door, "s2") == [lines[1], lines[2]]


def test_names_are_taken_with_blanks_around_them_and_results_in_any_script(door: Door) -> None:
    door.accept([result(" web "), result("web", "café \\; ok"), result("web", "")])
    assert len(delivered(door, "s1")) == 3


def test_what_waits_for_a_scheduler_that_is_gone_goes_to_its_successor_under_its_id(door: Door) -> None:
    ids = [each.id for each in door.accept([result("web", "1"), result("web", "2")])]
    door.route(Routes(("s2",), {"web": "s2", "db": "s2"}))
    assert [fate(door, each) for each in ids] == ["waiting"] * 2
    assert len(delivered(door, "s2")) == 2
    assert [fate(door, each) for each in ids] == ["accepted"] * 2


def test_a_batch_whose_hosts_went_to_different_schedulers_is_divided(door: Door, journal: ForgetfulJournal) -> None:
    door.route(Routes(("s1",), {"web": "s1", "db": "s1", "old": "s1"}))
    lines = [result("web"), result("db", "bad"), result("old")]
    ids = [each.id for each in door.accept(lines)]
    door.route(Routes(("s2", "s3"), {"web": "s2", "db": "s3"}))
    assert [fate(door, each) for each in ids] == ["waiting", "waiting", "refused"]
    assert len(journal.kept) == 2, "what is divided is on the disk before it is sent"
    assert (delivered(door, "s2"), delivered(door, "s3")) == ([lines[0]], [lines[1]])
    assert [fate(door, each) for each in ids] == ["accepted", "refused", "refused"]
    assert (door.waiting, journal.kept) == (0, {})


def test_what_the_last_run_had_not_delivered_is_delivered(journal: ForgetfulJournal) -> None:
    journal.add([Waiting("before-1", (result("web"), result("web", "2")), ("s1",))])
    door = Door(IdSource("door"), journal, None)
    assert (door.waiting, fate(door, "before-1.1")) == (2, "waiting")
    door.route(ROUTES)
    assert len(delivered(door, "s1")) == 2
    assert fate(door, "before-1.1") == "accepted"


def test_more_than_there_is_room_for_is_refused_whole_and_there_is_room_again(
    door: Door, journal: ForgetfulJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "CAPACITY", 3)
    door.accept([result("web")] * 2)
    assert not door.wait_for_room(2, 0)
    with pytest.raises(NotReadyError, match="2 commands wait"):
        door.accept([result("web")] * 2)
    assert len(journal.kept) == 1
    delivered(door, "s1")
    assert door.wait_for_room(3, 0)
    assert len(door.accept([result("web")] * 3)) == 3


def test_what_cannot_be_kept_is_not_accepted_and_takes_no_room(door: Door, journal: ForgetfulJournal) -> None:
    journal.trouble = StorageFullError("full")
    with pytest.raises(StorageFullError):
        door.accept([result("web")])
    assert (door.waiting, door.lines()) == (0, [])


def test_there_is_no_room_before_a_scheduler_is_known(journal: ForgetfulJournal) -> None:
    door = Door(IdSource("door"), journal, None)
    assert not door.wait_for_room(1, 0)
    with pytest.raises(NotReadyError):
        door.accept([result("web")])


def test_an_own_command_that_fails_is_refused_and_the_others_go_on(journal: ForgetfulJournal) -> None:
    def run(line: str) -> None:
        raise RefusedError(f"not {line}")

    door = Door(IdSource("door"), journal, run)
    door.route(ROUTES)
    fates = door.accept(["RELOAD_CONFIG", result("web")])
    assert [each.state for each in fates] == ["refused", "waiting"]
    assert fate(door, fates[0].id) == "refused"


def test_an_id_nobody_gave_out_is_not_known(door: Door) -> None:
    (known,) = door.accept([result("web")])
    several = door.accept([result("web")] * 2)
    for id_ in (f"{known.id}.0", batch_of(several[0].id), f"{batch_of(several[0].id)}.2", "", "x.y"):
        with pytest.raises(NotFoundError):
            door.fate(FateRequest(id_))
