"""The demo's folder: a configuration that is right, wherever it lies, and a site that stays as it was left."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from alignak.base.errors import BadRequestError
from alignak.cli import stage
from alignak.cli.stage import Stage
from alignak.config.compile import Loaded, load
from alignak.config.environment import read_environment
from alignak.execution.builtin import registry
from alignak.execution.builtin.site import read_site, write_site
from alignak.model.snapshot import CompiledConfig
from alignak.model.topology import Role
from alignak.system.files import DiskFiles


def loaded(place: Stage) -> Loaded:
    """Return the configuration of a demo."""
    return load(read_environment(place.environment, DiskFiles()), DiskFiles())


@pytest.fixture
def place(tmp_path: Path) -> Stage:
    """Put up a demo in a folder with a blank in its name."""
    found = Stage(str(tmp_path / "my demo"))
    stage.put_up(found, 20_000)
    return found


@pytest.fixture
def config(place: Stage) -> CompiledConfig:
    """Return its compiled configuration."""
    found = loaded(place).config
    assert found is not None
    return found


def test_the_configuration_is_an_example_without_a_single_warning(place: Stage) -> None:
    found = loaded(place)

    assert [each.render() for each in found.diagnostics] == []


def test_the_six_daemons_take_the_historical_order_of_ports(config: CompiledConfig) -> None:
    assert {each.role: each.port for each in config.daemons} == {
        Role.SCHEDULER: 20_000,
        Role.REACTIONNER: 20_001,
        Role.ARBITER: 20_002,
        Role.POLLER: 20_003,
        Role.BROKER: 20_004,
        Role.RECEIVER: 20_005,
    }
    assert {each.name for each in config.daemons if not each.alignak_launched} == {stage.ARBITER}


def test_what_can_be_broken_is_what_the_configuration_watches(config: CompiledConfig) -> None:
    hosts = {each.host_name: each.parents for each in config.objects.hosts if each.host_name != "this-machine"}
    services = {
        f"{each.host_name}/{each.description}" for each in config.objects.services if each.host_name != "this-machine"
    }

    assert set(stage.breakable()) == set(hosts) | services
    assert {host: way for host, way in stage.BEHIND.items() if way} == {
        host: parents[0] for host, parents in hosts.items() if parents
    }


def test_this_machine_is_watched_with_its_disks_and_all_daemons(config: CompiledConfig) -> None:
    names = {each.description for each in config.objects.services if each.host_name == "this-machine"}

    assert names >= {"load", "cpu", "memory", "swap", "processes", "uptime", "disk /"}
    assert names >= {role.value for role in Role}


def test_every_command_is_one_the_poller_has_inside(config: CompiledConfig) -> None:
    commands = [each for each in config.objects.commands if each.imported_from.startswith("/")]

    assert {each.module_type for each in commands} == {"builtin"}
    assert {each.line.split()[0] for each in commands} <= set(registry.TABLE)


def test_a_second_start_keeps_what_is_broken_and_what_the_daemons_know(place: Stage) -> None:
    write_site(place.site, read_site(place.site).with_broken("router-1"))
    kept = Path(place.var) / "scheduler-master"
    kept.mkdir()

    stage.put_up(place, 30_000)

    assert read_site(place.site).broken == ("router-1",)
    assert kept.is_dir()
    assert stage.arbiter_url(place) == "http://127.0.0.1:30002/"


def test_a_damaged_site_is_whole_again(place: Stage) -> None:
    Path(place.site).write_text("{")

    stage.put_up(place, 20_000)

    assert read_site(place.site).behind == stage.BEHIND


def test_nobody_else_can_look_into_the_folder(place: Stage) -> None:
    folders = [place.folder, *(each.path for each in os.scandir(place.folder) if each.is_dir())]

    assert {os.stat(each).st_mode & 0o077 for each in folders} == {0}


@pytest.mark.parametrize("name", ["50%", "it's", "a;b", "$HOME", "x!y"])
def test_a_folder_whose_name_would_change_the_configuration_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadRequestError, match="choose another with --data"):
        stage.put_up(Stage(str(tmp_path / name)), 20_000)


def test_a_port_that_is_taken_is_found_whoever_listens_on_it() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port: int = busy.getsockname()[1]

        assert list(stage.taken({Role.POLLER: port})) == [(Role.POLLER, port)]
    assert list(stage.taken({Role.POLLER: port})) == []


def test_the_folder_is_where_the_desktop_keeps_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert stage.default_folder() == "/home/me/.local/state/alignak-demo"

    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert stage.default_folder() == "/state/alignak-demo"

    monkeypatch.setenv("XDG_STATE_HOME", "relative")  # to be ignored, says its specification
    assert stage.default_folder() == "/home/me/.local/state/alignak-demo"
