"""What an arbiter launches, and for whom a section need not be there."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from alignak.base.errors import ConfigurationError
from alignak.daemons.wiring.launching import environment_of, is_here
from alignak.daemons.wiring.parts import Launch
from alignak.model.topology import DaemonLink, Role


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an environment file that names one poller."""
    found = tmp_path / "alignak.ini"
    found.write_text("[DEFAULT]\nworkdir = run\n[daemon.one]\ntype = poller\nname = one\nport = 8001\n")
    return found


def test_a_launched_daemon_without_a_section_goes_by_the_defaults(path: Path) -> None:
    launch = Launch(Role.POLLER, "poller-All", str(path), is_launched=True)
    settings = environment_of(launch).process("poller-All")
    assert (settings.role, settings.port) == (Role.POLLER, 7771)
    assert settings.pid_filename == str(path.parent / "run" / "poller-All.pid")


def test_a_launched_daemon_with_a_section_goes_by_it(path: Path) -> None:
    assert environment_of(Launch(Role.POLLER, "one", str(path), is_launched=True)).process("one").port == 8001


def test_a_person_who_mistypes_a_name_is_not_served(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no daemon is named 'on'"):
        environment_of(Launch(Role.POLLER, "on", str(path))).process("on")


@pytest.mark.parametrize(
    ("address", "is_ours"), [("127.0.0.1", True), ("localhost", True), ("192.0.2.1", False), ("no.such.invalid", False)]
)
def test_only_addresses_of_this_machine_are_here(address: str, is_ours: bool) -> None:
    assert is_here(DaemonLink(Role.POLLER, "p", "PollerLink_1", address=address, port=1)) is is_ours


def test_the_machines_own_name_is_here() -> None:
    name = socket.gethostname()
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        pytest.skip(f"{name} has no address")
    assert is_here(DaemonLink(Role.POLLER, "p", "PollerLink_1", address=name, port=1))
