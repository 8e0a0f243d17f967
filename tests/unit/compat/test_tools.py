"""Small things that modules import: statistics, an external command."""

from __future__ import annotations

import socket

import pytest

from alignak.external_command import ExternalCommand
from alignak.stats import Stats


@pytest.mark.parametrize("enabled", [False, "0", ""])
def test_statistics_go_nowhere_unless_asked_for(enabled: bool | str) -> None:
    stats = Stats()

    assert stats.register("cmdb", "module", statsd_enabled=enabled) is False  # type: ignore[arg-type]
    stats.counter("hosts", 3)


def test_statistics_are_sent_as_statsd_lines_under_the_name_of_the_module() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        stats = Stats()
        stats.register("cmdb", "module", "127.0.0.1", server.getsockname()[1], "alignak", "1")

        stats.timer("objects-time", 0.25)
        stats.counter("hosts", 3)
        stats.gauge("size", 7)

        lines = [server.recv(1000).decode() for _ in range(3)]
    assert lines == ["alignak.cmdb.objects-time:250|ms", "alignak.cmdb.hosts:3|c", "alignak.cmdb.size:7|g"]


def test_an_external_command_knows_when_it_was_made() -> None:
    assert ExternalCommand("[1] TEST", timestamp=12.0).creation_timestamp == 12.0
    assert ExternalCommand("[1] TEST").cmd_line == "[1] TEST"
