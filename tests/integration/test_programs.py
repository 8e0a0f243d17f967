"""Starting one of the six programs: what is refused with which exit code, and what the command line changes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import programs
from tests.support.cluster import Cluster, wait_for, write
from tests.support.programs import stopping, wait_until_listening

HOSTS = """
define command{
    command_name    ok
    command_line    /bin/true
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok
}
"""
SECOND_HOST = """
define host{
    use             generic-host
    host_name       second
    address         127.0.0.1
    check_command   ok
}
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Cluster]:
    """Return an installation nothing of which runs yet."""
    with stopping(write(tmp_path, HOSTS)) as cluster:
        yield cluster


def refused(cluster: Cluster, name: str, *arguments: str, **variables: str) -> tuple[int, str]:
    """Return the exit code of a daemon that does not start, and what it says; never a traceback."""
    done = programs.run(cluster, name, *arguments, **variables)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stderr


def test_a_port_that_is_taken_is_named(site: Cluster) -> None:
    programs.start(site, "receiver-master")
    wait_until_listening(site, "receiver-master")
    port = site.ports["receiver-master"]

    code, said = refused(site, "poller-master", "-p", str(port))

    assert code == 3
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert f"cannot listen on 127.0.0.1:{port}" in site.log("poller-master")
    assert not (site.folder / "run" / "poller-master.pid").exists()


def test_one_instance_runs_and_another_may_replace_it(site: Cluster) -> None:
    first = programs.start(site, "receiver-master")
    wait_until_listening(site, "receiver-master")

    code, said = refused(site, "receiver-master")
    assert code == 3
    assert f"is held by process {first.pid}" in said
    assert "--replace" in said

    second = programs.start(site, "receiver-master", "--replace")
    assert first.wait(programs.START) == 0
    wait_for(lambda: programs.pid_of(site, "receiver-master") == second.pid, 10, "the new instance's pid file")
    wait_until_listening(site, "receiver-master")


def test_a_stale_pid_file_hinders_nobody_and_a_stranger_it_names_is_left_alone(site: Cluster) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        pid_file = site.folder / "run" / "receiver-master.pid"
        pid_file.write_text(f"{stranger.pid}\n")
        pid_file.chmod(0o600)
        ours = programs.start(site, "receiver-master", "--replace")
        wait_until_listening(site, "receiver-master")
        assert programs.pid_of(site, "receiver-master") == ours.pid
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize(("flag", "file"), [("-i", "run/x.pid"), ("-l", "log/x.log")])
def test_a_link_in_the_place_of_a_file_is_refused(site: Cluster, flag: str, file: str) -> None:
    canary = site.folder / "canary"
    canary.write_text("sings")
    (site.folder / file).symlink_to(canary)

    code, said = refused(site, "receiver-master", flag, str(site.folder / file))

    assert code == 3
    assert "is a symbolic link" in said
    assert canary.read_text() == "sings"


def test_the_command_line_goes_before_the_file(site: Cluster, tmp_path: Path) -> None:
    port = site.ports["poller-master"]
    log, pid = tmp_path / "own.log", tmp_path / "own.pid"
    process = programs.start(
        site, "receiver-master", "-o", "127.0.0.1", "-p", str(port), "-l", str(log), "-i", str(pid), "-Lm", "error"
    )
    site.ports["receiver-master"] = port
    try:
        wait_until_listening(site, "receiver-master")
        assert int(pid.read_text()) == process.pid
        assert site.ask("receiver-master", "get_log_level")["log_level_name"] == "ERROR"
        assert log.read_text() == ""
        assert not (site.folder / "log" / "receiver-master.log").exists()
    finally:
        assert programs.end(process)[0] == 0


def test_the_log_is_kept_as_the_section_says(tmp_path: Path) -> None:
    settings = "log_level = ERROR\nlog_format = %%(asctime)s <%%(levelname)s> %%(message)s\nlog_date = %%H h %%M"
    with stopping(write(tmp_path, HOSTS, sections={"receiver-master": settings})) as site:
        programs.start(site, "receiver-master", ALIGNAK_LOG_LEVEL="info")
        wait_until_listening(site, "receiver-master")
        first = site.log("receiver-master").splitlines()[0]
        assert re.fullmatch(r"\d\d h \d\d <INFO> receiver receiver-master listens on .*", first)


def test_the_monitoring_log_is_kept_as_the_global_section_says(tmp_path: Path) -> None:
    settings = "log_filename = watch.log\nlog_rotation_when = M\nlog_date = %%H h %%M"
    with stopping(write(tmp_path, HOSTS, settings=settings)) as site:
        for name in ("broker-master", "arbiter-master"):
            programs.start(site, name)
        wait_until_listening(site, "broker-master", "arbiter-master")
        site.ask("arbiter-master", "reload_configuration")
        log = site.folder / "log" / "watch.log"
        wait_for(lambda: "CONFIGURATION RELOAD" in log.read_text(), 15, "an event")
        assert re.match(r"\[\d\d h \d\d\] INFO: \S", log.read_text())
        assert programs.mode(log) == "0600"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("log_format = %%(nothing)s", "log_format=%(nothing)s cannot be used: Formatting field not found"),
        ("log_rotation_when = tomorrow", "log_rotation_when=tomorrow"),
    ],
)
def test_log_settings_that_cannot_be_used_are_refused(tmp_path: Path, line: str, said: str) -> None:
    site = write(tmp_path, HOSTS, sections={"receiver-master": line})
    code, text = refused(site, "receiver-master")
    assert code == 1
    assert said in text


def test_beyond_loopback_there_must_be_tls_and_a_key(site: Cluster) -> None:
    code, said = refused(site, "receiver-master", "-o", "0.0.0.0")
    assert code == 2
    assert "use_ssl=1" in said
    assert "alignak key create" in said


@pytest.mark.parametrize(("flags", "line"), [(["--daemon"], ""), ([], "is_daemon = 1")])
def test_in_the_background_the_command_ends_when_the_daemon_is_ready_or_says_why_it_is_not(
    tmp_path: Path, flags: list[str], line: str
) -> None:
    with stopping(write(tmp_path, HOSTS, sections={"receiver-master": line})) as site:
        done = programs.run(site, "receiver-master", *flags)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert site.ask("receiver-master", "ping") == "pong"
        pid = programs.pid_of(site, "receiver-master")
        assert os.getsid(pid) != os.getsid(0)
        assert os.readlink(f"/proc/{pid}/fd/1") == "/dev/null"

        code, said = refused(site, "receiver-master", *flags)
        assert code == 3
        assert f"is held by process {pid}" in said

        psutil.Process(pid).terminate()
        wait_for(lambda: not psutil.pid_exists(pid), 10, "the daemon to end")
        assert not (site.folder / "run" / "receiver-master.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_while_it_starts_a_daemon_ends_cleanly(site: Cluster, number: signal.Signals) -> None:
    process = programs.start(site, "scheduler-master")
    wait_for(lambda: programs.pid_of(site, "scheduler-master"), programs.START, "the pid file")

    assert programs.end(process, number)[0] == 0
    assert "Stopped scheduler-master." in site.log("scheduler-master")
    assert not (site.folder / "run" / "scheduler-master.pid").exists()


def test_an_arbiter_with_a_bad_configuration_says_all_that_is_wrong(site: Cluster) -> None:
    objects = site.folder / "etc" / "objects.cfg"
    broken = "".join(f"define host{{\n    host_name h{n}\n    check_command none_{n}\n}}\n" for n in range(300))
    objects.write_text(objects.read_text() + broken)

    code, said = refused(site, "arbiter-master", "-d")

    assert code == 1
    assert all(f"none_{number}" in said for number in (0, 150, 299))
    assert said.splitlines()[-1] == "alignak-arbiter: Configuration is incorrect, sorry, I bail out"
    sorry = "Configuration is incorrect, sorry, I bail out"  # in the log once whoever started it has been told
    wait_for(lambda: sorry in site.log("arbiter-master"), 20, "the reason in the log")

    done = programs.run(site, "arbiter-master", "-V")
    assert done.returncode == 1
    assert "Configuration is incorrect, sorry, I bail out" in done.stdout


def test_a_good_configuration_is_verified_and_nothing_is_left_running(site: Cluster) -> None:
    done = programs.run(site, "arbiter-master", "-V")
    assert done.returncode == 0
    assert "Things look okay - No serious problems were detected during the pre-flight check" in done.stdout
    assert "Arbiter arbiter-master checked the configuration" in done.stdout
    assert not list((site.folder / "run").iterdir())


def test_the_arbiter_takes_its_name_and_more_files_from_the_command_line(site: Cluster, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.cfg").write_text(SECOND_HOST.replace("second", f"from-{name}"))
    objects = site.folder / "etc" / "objects.cfg"
    objects.write_text("alignak_name=Of the file\n" + objects.read_text())
    more = [word for name in ("one", "two") for word in ("-a", str(tmp_path / f"{name}.cfg"))]

    programs.start(site, "arbiter-master", "-k", "Paris", *more)
    wait_until_listening(site, "arbiter-master")

    wait_for(lambda: site.ask("arbiter-master", "identity")["alignak"] == "Paris", 10, "the name")
    hosts = {each["host_name"] for each in site.ask("arbiter-master", "get_objects_properties?table=hosts")}
    assert hosts == {"web", "from-one", "from-two"}
