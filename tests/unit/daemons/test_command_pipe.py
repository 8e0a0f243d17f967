"""Lines written to the command pipe reach the door once, whole, and wait where it has no room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.base.errors import StorageFullError
from alignak.base.ids import IdSource
from alignak.daemons import command_pipe
from alignak.daemons import door as doors
from alignak.daemons.command_pipe import LONGEST, NAMED, CommandPipe
from alignak.daemons.door import Door, Routes
from tests.support.commands import ForgetfulJournal


class World:
    """A pipe before a door."""

    def __init__(self, folder: Path) -> None:
        self.journal = ForgetfulJournal()
        self.door = Door(IdSource("door"), self.journal, None)
        self.door.route(Routes(("s1",), {"web": "s1"}))
        self.told: list[str] = []
        self.path = folder / "run" / "commands"
        self.pipe = CommandPipe(str(self.path), self.door, self.told.append)
        self.pipe.step()
        self.writer = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)

    def write(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        assert os.write(self.writer, data) == len(data)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(command_pipe, "WAIT", 0.0)
    found = World(tmp_path)
    yield found
    found.pipe.close()
    os.close(found.writer)


def line(text: str) -> str:
    return f"[5] PROCESS_HOST_CHECK_RESULT;web;0;{text}"


def test_what_is_written_together_is_one_batch_and_half_a_line_waits_for_its_end(world: World) -> None:
    world.write(f"{line('one')}\n\n  \n{line('two')}\n{line('thr')}")
    world.pipe.step()
    world.pipe.step()
    assert world.door.lines() == [line("one"), line("two")]
    assert world.journal.writes == 1
    world.write("ee\n")
    world.pipe.step()
    assert world.door.lines()[2:] == [line("thr") + "ee"]


def test_what_divides_lines_for_python_alone_divides_no_command(world: World) -> None:
    odd = line("a\x0bb\u2028c\x85d")
    world.write(f"{odd}\n".encode() + line("latin: \xe9\n").encode("latin-1"))
    world.pipe.step()
    assert world.door.lines() == [odd, line("latin: \ufffd")]


def test_what_is_refused_is_told_and_a_flood_of_it_is_counted(world: World) -> None:
    world.write("nonsense\n" * (NAMED + 20) + f"{line('good')}\n")
    world.pipe.step()
    assert world.door.lines() == [line("good")]
    assert len(world.told) == NAMED + 1
    assert "nonsense" in world.told[0]
    assert "20 more commands" in world.told[-1]


def test_a_line_without_an_end_is_given_up_and_the_next_one_is_taken(world: World) -> None:
    for _ in range(LONGEST // 4096 + 20):
        world.write("x" * 4096)
        world.pipe.step()
    world.write(f"x\n{line('next')}\n")
    world.pipe.step()
    assert world.door.lines() == [line("next")]
    assert len(world.told) == 1
    assert "longer than" in world.told[0]


def test_nothing_is_read_while_there_is_no_room_and_nothing_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "CAPACITY", 0)
    world.write(f"{line('one')}\n")
    world.pipe.step()
    world.write(f"{line('two')}\n")
    world.pipe.step()
    assert world.door.lines() == []
    assert command_pipe.counters(world.pipe) == {"command-pipe-lines": 0, "command-pipe-held": 2}
    monkeypatch.setattr(doors, "CAPACITY", 10)
    world.pipe.step()
    world.pipe.step()
    assert world.door.lines() == [line("one"), line("two")]


def test_lines_that_could_not_be_kept_are_tried_again(world: World) -> None:
    world.journal.trouble = StorageFullError("full")
    world.write(f"{line('one')}\n")
    with pytest.raises(StorageFullError):
        world.pipe.step()
    world.journal.trouble = None
    world.pipe.step()
    assert world.door.lines() == [line("one")]


def test_an_orderly_end_takes_what_was_written_and_the_name_away(world: World) -> None:
    world.write(f"{line('last')}\n")
    world.pipe.close()
    assert world.door.lines() == [line("last")]
    assert not world.path.exists()
    world.pipe.close()
