"""The simulated site: what breaks, and what that takes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignak.execution.builtin.registry import load
from alignak.execution.builtin.results import Result
from alignak.execution.builtin.site import Site, read_site, write_site

BEHIND = {"web-1": "switch-1", "switch-1": "router-1", "loop-a": "loop-b", "loop-b": "loop-a"}


@pytest.fixture
def path(tmp_path: Path) -> str:
    write_site(str(tmp_path / "site.json"), Site(BEHIND))
    return str(tmp_path / "site.json")


def run(path: str, host: str, service: str = "") -> Result:
    words = ("site", "--file", path, "--host", host)
    return load("site")((*words, "--service", service) if service else words, {}, 0.0)


def break_(path: str, name: str) -> None:
    write_site(path, read_site(path).with_broken(name))


def test_a_whole_site_answers(path: str) -> None:
    code, text = run(path, "web-1")
    assert code == 0
    assert text.startswith("PING OK - packet loss = 0%, RTA = ")
    assert " | rta=" in text
    code, text = run(path, "web-1", "http")
    assert code == 0
    assert text.startswith("HTTP OK - ")


def test_a_broken_router_takes_what_is_behind_it(path: str) -> None:
    break_(path, "router-1")

    assert run(path, "router-1") == (2, "PING CRITICAL - router-1 does not answer, packet loss = 100% | pl=100%;;;0")
    code, text = run(path, "web-1")
    assert code == 2
    assert "router-1 before it is broken" in text
    assert run(path, "web-1", "http")[0] == 2
    assert run(path, "elsewhere")[0] == 0


def test_a_broken_service_leaves_its_host_alone(path: str) -> None:
    break_(path, "web-1/http")

    assert run(path, "web-1", "http")[0] == 2
    assert run(path, "web-1", "ssh")[0] == 0
    assert run(path, "web-1")[0] == 0


def test_what_was_mended_works_again(path: str) -> None:
    break_(path, "router-1")
    break_(path, "router-1")
    write_site(path, read_site(path).with_mended("router-1"))

    assert run(path, "web-1")[0] == 0


def test_hosts_behind_each_other_do_not_hold_it_up(path: str) -> None:
    assert run(path, "loop-a")[0] == 0
    break_(path, "loop-b")
    assert run(path, "loop-a")[0] == 2


@pytest.mark.parametrize("content", ["", "[]", '{"broken": 7}'])
def test_a_file_that_cannot_be_read_is_unknown(tmp_path: Path, content: str) -> None:
    path = tmp_path / "site.json"
    assert run(str(path), "h")[0] == 3
    path.write_text(content)
    assert run(str(path), "h")[0] == 3
