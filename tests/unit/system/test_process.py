"""What a process does to itself, done by processes of their own."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from alignak.base.errors import StartError
from alignak.system.process import drop_privileges, primary_group, refuse_root, user_name

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@needs_root
def test_root_is_refused_unless_allowed_or_told_whom_to_become() -> None:
    with pytest.raises(StartError, match="idontcareaboutsecurity") as refused:
        refuse_root(False, "root")
    assert refused.value.exit_code == 3
    refuse_root(True, "root")
    refuse_root(False, "nobody")


@needs_root
def test_dropped_rights_cannot_be_had_again() -> None:
    done = run(
        """
        import os
        from alignak.system.process import drop_privileges
        drop_privileges("nobody", "nogroup")
        rows = dict(line.split(":", 1) for line in open("/proc/self/status"))
        print(rows["Uid"].split(), rows["Gid"].split(), rows["Groups"].split(), int(rows["CapEff"], 16))
        for regain in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: open("/etc/shadow")):
            try:
                regain()
            except PermissionError:
                print("refused")
        """
    )
    uid = str(pwd.getpwnam("nobody").pw_uid)
    first, *rest = done.stdout.splitlines()
    assert first.startswith(str([uid] * 4))
    assert first.endswith(" 0")
    assert "'0'" not in first
    assert rest == ["refused"] * 3


@pytest.mark.parametrize(
    ("user", "group", "match"), [("nouser", "root", "user nouser"), ("root", "nogrp", "group nogrp")]
)
def test_an_unknown_user_or_group_is_said(user: str, group: str, match: str) -> None:
    with pytest.raises(StartError, match=f"the {match} does not exist") as refused:
        drop_privileges(user, group)
    assert refused.value.exit_code == 3


@needs_root
def test_only_root_can_become_somebody_else() -> None:
    done = run(
        """
        import os
        from alignak.base.errors import StartError
        from alignak.system.process import drop_privileges
        drop_privileges("nobody", "nogroup")
        drop_privileges("nobody", "nogroup")
        try:
            drop_privileges("root", "root")
        except StartError as error:
            print(error)
        """
    )
    assert done.stdout.startswith("only root can become user root")


DAEMON = """
import os, sys, time
from alignak.system.process import close_to_others, daemonize, set_title
launcher = daemonize()
close_to_others()
set_title("alignak-poller poller-test")
with open(sys.argv[1], "w") as file:
    file.write(f"{os.getpid()} {os.getsid(0)} {os.getcwd()} {os.readlink('/proc/self/fd/1')}")
launcher.tell(int(sys.argv[2]))
time.sleep(0.3)
"""


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 5
    while os.path.exists(f"/proc/{pid}/exe") and time.monotonic() < until:
        time.sleep(0.02)


def test_a_daemon_leaves_the_terminal_and_the_command_ends_when_it_is_ready(tmp_path: Path) -> None:
    done = run(DAEMON, str(tmp_path / "told"), "0")

    pid, session, folder, output = (tmp_path / "told").read_text().split()
    title = Path(f"/proc/{pid}/cmdline").read_text()
    assert done.returncode == 0
    assert session != pid
    assert (folder, output) == ("/", "/dev/null")
    assert title.startswith("alignak-poller poller-test")
    assert (tmp_path / "told").stat().st_mode & 0o077 == 0
    wait_until_gone(int(pid))


def test_a_daemon_that_fails_to_start_gives_the_command_its_exit_code(tmp_path: Path) -> None:
    assert run(DAEMON, str(tmp_path / "told"), "4").returncode == 4
    wait_until_gone(int((tmp_path / "told").read_text().split()[0]))


def test_what_kept_a_daemon_from_starting_comes_out_where_it_was_started() -> None:
    code = """
    from alignak.system.process import daemonize
    daemonize().tell(3, "the pid file is held\\n" * 10_000)
    """
    done = run(code)

    assert done.returncode == 3
    assert done.stderr == "the pid file is held\n" * 10_000


def test_a_daemon_that_dies_before_it_is_ready_is_a_failed_start() -> None:
    done = run("import os; from alignak.system.process import daemonize; daemonize(); os._exit(0)")

    assert done.returncode == 3


def test_orphans_come_to_whoever_adopts_them() -> None:
    done = run(
        """
        import os, subprocess, time
        from alignak.system.process import adopt_orphans
        adopt_orphans()
        subprocess.run(["/bin/sh", "-c", "setsid sleep 0.2 & exit 0"])
        print(os.wait()[1])
        """
    )
    assert done.stdout == "0\n"


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    child = "from alignak.system.process import die_with_parent; die_with_parent(); print('up', flush=True); input()"
    done = run(
        """
        import os, subprocess, sys
        reader, writer = os.pipe()
        child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=reader, stdout=subprocess.PIPE)
        child.stdout.readline()
        print(child.pid, flush=True)
        os._exit(0)
        """,
        child,
    )
    pid = int(done.stdout)
    wait_until_gone(pid)
    assert not os.path.exists(f"/proc/{pid}/exe")


def test_a_daemon_that_starts_no_programs_can_give_up_gaining_rights() -> None:
    done = run(
        """
        from alignak.system.process import forbid_new_privileges
        forbid_new_privileges()
        print([line for line in open("/proc/self/status") if line.startswith("NoNewPrivs")])
        """
    )
    assert done.stdout == "['NoNewPrivs:\\t1\\n']\n"


def test_a_user_has_a_group_and_a_number_without_a_user_has_none() -> None:
    assert primary_group("root") == "root"
    assert user_name() == pwd.getpwuid(os.geteuid()).pw_name
    with pytest.raises(StartError, match="the user nosuch"):
        primary_group("nosuch")


def test_limits_reach_children() -> None:
    done = run(
        """
        import resource
        from alignak.system.process import allow_open_files, forbid_core_dumps
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 400))
        forbid_core_dumps()
        print(allow_open_files(300), allow_open_files(50), allow_open_files(9000))
        print(resource.getrlimit(resource.RLIMIT_CORE))
        """
    )
    assert done.stdout == "300 300 400\n(0, 0)\n"
