"""External commands that the arbiter runs itself, given to a running installation (external-commands.md 5.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cluster import running, wait_for, write

SITE = """
define host{
    use                     generic-host
    host_name               web
    address                 127.0.0.1
    active_checks_enabled   0
}
"""


def test_a_file_of_commands_is_run_a_poller_is_not_added_and_the_program_ends_when_told(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder: Path = tmp_path_factory.mktemp("own")
    with running(write(folder, SITE)) as cluster:
        path = folder / "commands"
        path.write_text("ADD_HOST_COMMENT;web;0;bob;from a file\nADD_HOST_COMMENT;web;0;bob;and another\n")
        assert cluster.command(f"PROCESS_FILE;{path};1")["_status"] == "OK"
        cluster.wait_for_event("HOST COMMENT: web;bob;and another")
        assert not path.exists()

        refused = cluster.command("PROCESS_FILE;/etc/passwd;1")
        assert refused["_status"] == "ERR"
        assert "root" not in refused["_message"].replace("/etc/passwd", "")
        assert Path("/etc/passwd").exists()

        refused = cluster.command("ADD_SIMPLE_POLLER;All;more;127.0.0.1;7771")
        assert "[daemon.x] section" in refused["_message"]

        assert cluster.command("SHUTDOWN_PROGRAM")["_status"] == "OK"
        wait_for(lambda: not cluster.is_ready("arbiter-master"), 20, "the arbiter to end")
