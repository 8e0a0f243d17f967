"""Files that mean harm: whatever they would stand for, reading them ends soon, in bounds, and says what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignak.base.errors import ConfigurationError
from alignak.config.compile import load
from alignak.config.environment import read_environment
from alignak.system.files import DiskFiles
from tests.support.configurations import BASE, INI, MemoryFiles
from tests.support.hostile import MEGABYTE, Cost, measured, tree
from tests.support.hostile_pieces import CASES

SMALL = 4_000
DEADLINE = 60
"""Seconds of processor time after which reading has failed. It is far from what reading takes anywhere, so that a busy
machine fails no test; the growth of the time is what the tests look at."""

MOST_MEGABYTES = 200
BY_DESIGN = 1.5 / 1000
"""Megabytes that a host or service may take, where a text lawfully stands for very many."""


def assert_bounded(name: str, cost: Cost, most: float) -> None:
    assert not cost.failure, f"{name}: {cost.failure}"
    assert cost.megabytes < most + BY_DESIGN * cost.object_count, f"{name} took {cost.megabytes:.0f} MB"


def test_a_few_kilobytes_cost_little_whatever_they_say() -> None:
    for name, cost in measured(CASES, SMALL, 20).items():
        assert_bounded(name, cost, 100)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", CASES)
def test_a_megabyte_is_read_in_bounds_and_costs_in_proportion(name: str) -> None:
    half, whole = (measured([name], size, DEADLINE)[name] for size in (MEGABYTE // 2, MEGABYTE))
    assert_bounded(name, whole, MOST_MEGABYTES)
    assert whole.seconds < 2.5 * half.seconds + 1, f"{name} took {half.seconds:.1f} s, and of twice the size {whole}"


sizes = st.integers(50, 1500)
made = st.builds(tree, st.sampled_from(sorted(CASES)), sizes)
noise = st.sampled_from([
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\\\n", b";", b"}", b"{", b"+", b"!", b"*", b","),
    *(b"null", b"\t", b"$", b"%"),
    *(b"define host{\n", b"use a,b,c\n", b"register 0\n", b"name t0\n", b"cfg_file=main.cfg\n", b"cfg_dir=.\n"),
    *("\u2028".encode(), "\U0001f600".encode(), b"1e400", b"-1", b"nan", b"9" * 400, b"[1-9]", b"(", b")"),
])  # fmt: skip
places = st.integers(0, 10_000)


def disturbed(raw: bytes, changes: list[tuple[int, bytes]], cut: int) -> bytes:
    """Return bytes with others put in here and there, and the end cut off now and then."""
    for place, piece in changes:
        at = place % (len(raw) + 1)
        raw = raw[:at] + piece + raw[at:]
    return raw[: len(raw) - cut % len(raw)] if cut % 3 == 0 and raw else raw


@settings(max_examples=25, deadline=None)
@given(st.lists(made, min_size=1, max_size=3), st.lists(st.tuples(places, noise), max_size=12), places)
def test_any_mixture_of_them_is_a_configuration_or_diagnostics(
    trees: list[dict[str, str | bytes]], changes: list[tuple[int, bytes]], cut: int
) -> None:
    files: dict[str, bytes] = {}
    for each in trees:
        for path, text in each.items():
            raw = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
            files[path] = files[path] + raw if path in files and path != "alignak.ini" else raw
    files["main.cfg"] = disturbed(files.get("main.cfg", b""), changes, cut)
    memory = MemoryFiles({f"/etc/a/{path}": raw for path, raw in files.items()})
    try:
        loaded = load(read_environment("/etc/a/alignak.ini", memory), memory)
    except ConfigurationError as error:
        assert str(error)  # noqa: PT017  # that it says something is all there is to ask of it
        return
    assert (loaded.config is None) == (loaded.error_count > 0)
    assert all("\n" not in each.render() for each in loaded.diagnostics)


def test_links_in_circles_pipes_and_folders_named_as_files_are_passed_over_or_reported(tmp_path: Path) -> None:
    (tmp_path / "alignak.ini").write_text(INI)
    (tmp_path / "main.cfg").write_text(
        f"{BASE}cfg_dir=d\ncfg_file=self.cfg\ncfg_file=pipe.cfg\ncfg_file=main.cfg\ncfg_dir=main.cfg\n"
    )
    folder = tmp_path / "d"
    for number in range(40):
        folder = folder / f"{number}"
        folder.mkdir(parents=True)
        (folder / "up").symlink_to(tmp_path / "d")
        (folder / "h.cfg").write_text(f"define host{{\nuse generic-host\nhost_name h{number}\n}}\ncfg_dir=..\n")
    (tmp_path / "d" / "folder.cfg").mkdir()
    (tmp_path / "d" / "gone.cfg").symlink_to("nowhere")
    (tmp_path / "self.cfg").symlink_to("self.cfg")
    os.mkfifo(tmp_path / "pipe.cfg")
    files = DiskFiles()
    loaded = load(read_environment(str(tmp_path / "alignak.ini"), files), files)
    assert loaded.created["host"] == 40
    said = "\n".join(each.render() for each in loaded.diagnostics)
    assert "self.cfg" in said
    assert "pipe.cfg" in said
