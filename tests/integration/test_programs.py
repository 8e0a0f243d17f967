"""The six programs as processes: files, titles, signals, what systemd hears, and how they refuse to start."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import programs
from tests.support.cluster import DAEMONS, Cluster, wait_for, write
from tests.support.programs import Listener, stopping, wait_until_listening

HOSTS = """
define command{
    command_name    ok
    command_line    /bin/sleep $ARG1$
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok!0.2
    check_interval  1
    _SNMP           canary-of-a-host
}
"""
SECOND_HOST = """
define host{
    use             generic-host
    host_name       second
    address         127.0.0.1
    check_command   ok!0.1
}
"""
CANARIES = ("canary-of-a-host", "canary-of-a-macro", "canary-of-monitor")
LINE = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [A-Z]+: \[%s\.alignak\.\w+(\.\w+)*\] \S.*"


def is_whole(cluster: Cluster) -> bool:
    """Tell whether every daemon has its configuration."""
    return all(cluster.is_ready(name) for name in cluster.daemons)


class TestSix:
    """All six at work, never restarted: what they are, what they write, what signals do to them."""

    @pytest.fixture(scope="class")
    def notices(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Listener]]:
        """Return the sockets systemd would listen on: a path for the arbiter, an abstract name for the poller."""
        path = tmp_path_factory.mktemp("systemd") / "notify"
        with Listener(str(path)) as arbiter, Listener(f"@alignak-{uuid.uuid4()}") as poller:
            yield {"arbiter-master": arbiter, "poller-master": poller}

    @pytest.fixture(scope="class")
    def cluster(self, tmp_path_factory: pytest.TempPathFactory, notices: dict[str, Listener]) -> Iterator[Cluster]:
        """Return an installation with secrets in all places where people write them."""
        made = write(
            tmp_path_factory.mktemp("programs"),
            HOSTS,
            settings="_password = canary-of-a-macro\nlog_external_commands = 1",
            sections={name: "alignak_monitor_password = canary-of-monitor" for name in DAEMONS},
        )
        before = os.umask(0)  # nothing may depend on it
        try:
            with stopping(made):
                for name in DAEMONS:
                    heard = {"NOTIFY_SOCKET": notices[name].address} if name in notices else {}
                    programs.start(made, name, **heard, **({"WATCHDOG_USEC": "2000000"} if heard else {}))
                wait_for(lambda: is_whole(made), 30, "the six daemons")
                yield made
        finally:
            os.umask(before)

    def test_each_shows_its_role_and_name_and_keeps_private_files(self, cluster: Cluster) -> None:
        for name, role in DAEMONS.items():
            process = cluster.processes[name]
            assert programs.title(process.pid) == f"alignak-{role} {name}"
            assert programs.pid_of(cluster, name) == process.pid
            for path in (cluster.folder / "run" / f"{name}.pid", cluster.folder / "log" / f"{name}.log"):
                assert programs.mode(path) == "0600"
        assert programs.mode(cluster.folder / "log" / "alignak-events.log") == "0600"

    def test_everything_they_keep_is_private_whatever_the_umask(self, cluster: Cluster) -> None:
        found = [(path, programs.mode(path)) for path in (cluster.folder / "var").rglob("*")]
        assert len(found) > len(DAEMONS)
        open_to_others = [(path, mode) for path, mode in found if not mode.endswith("00")]
        assert open_to_others == []

    def test_a_worker_shows_whose_it_is(self, cluster: Cluster) -> None:
        def titles() -> list[str]:
            children = psutil.Process(cluster.processes["poller-master"].pid).children()
            return [programs.title(each.pid) for each in children]

        wait_for(lambda: "alignak-poller-master worker fork_1" in titles(), 10, "the worker's title")

    def test_each_line_of_a_log_is_as_operators_know_it(self, cluster: Cluster) -> None:
        for name in DAEMONS:
            lines = cluster.log(name).splitlines()
            assert lines
            assert [line for line in lines if not re.fullmatch(LINE % name, line)] == []

    def test_those_that_start_no_programs_can_gain_no_rights(self, cluster: Cluster) -> None:
        for name in ("scheduler-master", "broker-master", "receiver-master"):
            assert programs.status(cluster.processes[name].pid)["NoNewPrivs"] == ["1"]

    def test_systemd_hears_that_they_are_ready_and_alive_until_they_hang(
        self, cluster: Cluster, notices: dict[str, Listener]
    ) -> None:
        for name, heard in notices.items():
            assert f"{name} listens on 127.0.0.1:{cluster.ports[name]}" in heard.hear("READY=1")
            heard.hear("WATCHDOG=1")
            heard.hear("WATCHDOG=1", 2.0)

        heard, process = notices["poller-master"], cluster.processes["poller-master"]
        process.send_signal(signal.SIGSTOP)
        heard.messages(0.3)
        assert heard.messages(1.5) == []
        process.send_signal(signal.SIGCONT)
        heard.hear("WATCHDOG=1", 5.0)

    def test_what_they_start_does_not_speak_to_systemd(self, cluster: Cluster) -> None:
        (worker, *_) = psutil.Process(cluster.processes["poller-master"].pid).children()
        assert "NOTIFY_SOCKET" not in worker.environ()

    def test_dumps_are_private_and_hold_no_secret(self, cluster: Cluster) -> None:
        def dumps(name: str, what: str) -> list[Path]:
            folder = cluster.folder / "var" / name
            return list(folder.glob(f"dump-{what}-{DAEMONS[name]}-{name}-*.json"))

        for name in DAEMONS:
            cluster.processes[name].send_signal(signal.SIGUSR1)
            cluster.processes[name].send_signal(signal.SIGUSR2)
        for name in DAEMONS:
            for what in ("env", "obj"):
                (path,) = wait_for(lambda name=name, what=what: dumps(name, what), 10, f"{what} dump of {name}")
                assert programs.mode(path) == "0600"
                text = path.read_text()
                assert json.loads(text)
                assert not [each for each in (*CANARIES, cluster.secret) if each in text]
            assert "received a signal: SIGUSR1" in cluster.log(name)

    def test_a_hangup_does_no_harm_to_those_that_read_no_configuration(self, cluster: Cluster) -> None:
        others = [name for name in DAEMONS if name != "arbiter-master"]
        runs = {name: cluster.ask(name, "get_running_id") for name in others}
        for name in others:
            cluster.processes[name].send_signal(signal.SIGHUP)
        for name in others:
            wait_for(lambda name=name: "received a signal: SIGHUP" in cluster.log(name), 5, f"{name} to notice")
            assert cluster.is_ready(name)
        assert {name: cluster.ask(name, "get_running_id") for name in others} == runs

    def test_a_hangup_has_the_arbiter_read_its_configuration_again(
        self, cluster: Cluster, notices: dict[str, Listener]
    ) -> None:
        arbiter, heard = cluster.processes["arbiter-master"], notices["arbiter-master"]
        objects = cluster.folder / "etc" / "objects.cfg"
        good = objects.read_text()

        objects.write_text(f"{good}\ndefine host{{\n    host_name broken\n    check_command no_such_command\n}}\n")
        arbiter.send_signal(signal.SIGHUP)
        heard.hear("RELOADING=1")
        heard.hear("READY=1")
        assert "no_such_command" in cluster.log("arbiter-master")
        assert "objects.cfg:" in cluster.log("arbiter-master")
        assert "CONFIGURATION RELOAD" not in str(cluster.events())
        assert is_whole(cluster)

        objects.write_text(good + SECOND_HOST)
        arbiter.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in heard.hear("RELOADING=1")
        heard.hear("READY=1")
        wait_for(lambda: "second" in str(cluster.ask("scheduler-master", "dump")), 10, "the new host")
        cluster.wait_for_event("CONFIGURATION RELOAD;")

    def test_no_secret_is_logged(self, cluster: Cluster) -> None:
        for name in DAEMONS:
            log = cluster.log(name)
            assert not [each for each in (*CANARIES, cluster.secret) if each in log]

    def test_asked_to_stop_under_load_they_end_soon_and_leave_nothing(
        self, cluster: Cluster, notices: dict[str, Listener]
    ) -> None:
        """The last of this class: nothing runs any more after it."""
        family = [child for each in cluster.processes.values() for child in psutil.Process(each.pid).children()]
        is_over = threading.Event()

        def ask(name: str) -> None:
            while not is_over.is_set():
                try:
                    cluster.ask(name, "get_stats?details=1")
                except (OSError, ValueError):
                    is_over.wait(0.05)

        callers = [threading.Thread(target=ask, args=(name,)) for name in DAEMONS]
        for each in callers:
            each.start()
        try:
            for number, name in enumerate(DAEMONS):
                how = (signal.SIGTERM, signal.SIGINT)[number % 2]
                code, seconds = programs.end(cluster.processes[name], how)
                assert (name, code) == (name, 0)
                assert seconds < 8.0
                log = cluster.log(name)
                assert f"received a signal: {how.name}" in log
                for line in ("request to stop the daemon", f"stopped main loop: {name}", f"Stopped {name}."):
                    assert line in log
                assert not (cluster.folder / "run" / f"{name}.pid").exists()
        finally:
            is_over.set()
            for each in callers:
                each.join()
        notices["arbiter-master"].hear("STOPPING=1")
        _, left = psutil.wait_procs(family, timeout=5)
        assert not left


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
    (port,) = [each for each in (site.ports["poller-master"],)]
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


def test_in_the_background_the_command_ends_when_the_daemon_is_ready_or_says_why_it_is_not(site: Cluster) -> None:
    done = programs.run(site, "receiver-master", "--daemon")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert site.ask("receiver-master", "ping") == "pong"
    pid = programs.pid_of(site, "receiver-master")
    assert os.getsid(pid) != os.getsid(0)
    assert os.readlink(f"/proc/{pid}/fd/1") == "/dev/null"

    code, said = refused(site, "receiver-master", "-d")
    assert code == 3
    assert f"is held by process {pid}" in said

    psutil.Process(pid).terminate()
    wait_for(lambda: not psutil.pid_exists(pid), 10, "the daemon to end")
    assert not (site.folder / "run" / "receiver-master.pid").exists()


def test_an_arbiter_with_a_bad_configuration_says_all_that_is_wrong(site: Cluster) -> None:
    objects = site.folder / "etc" / "objects.cfg"
    broken = "".join(f"define host{{\n    host_name h{n}\n    check_command none_{n}\n}}\n" for n in range(300))
    objects.write_text(objects.read_text() + broken)

    code, said = refused(site, "arbiter-master", "-d")

    assert code == 1
    assert all(f"none_{number}" in said for number in (0, 150, 299))
    assert said.splitlines()[-1] == "alignak-arbiter: Configuration is incorrect, sorry, I bail out"
    assert "Configuration is incorrect, sorry, I bail out" in site.log("arbiter-master")

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
