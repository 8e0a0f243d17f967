"""Nagios plays scenarios: under a clock that stands still until it is moved, with a worker that is this process.

Nothing is timed and nothing is run: libfaketime shows the second we write into a file; a worker registered through the
query socket gets every check, notification and event handler, and answers at once. A second is over when Nagios has
done all it had to do in it, so that a run says the same each time, however fast the machine is.
"""

from __future__ import annotations

import getpass
import grp
import os
import re
import resource
import select
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.differential.scenarios import BASE, PARAMETERS, Event, Scenario, objects_text
from tests.differential.traces import End, Trace, cut, join_contacts, key_of, note_command, note_line
from tests.support.peers import Peer, faketime, nagios

PATIENCE: Final = 30.0
"""Real seconds Nagios may take for anything."""
QUIET: Final = 12
"""Rounds without work after which a second is over; each lets Nagios serve an event at least."""
END_OF_MESSAGE: Final = b"\1\0\0\0"
PROGRAMS: Final = ("check", "notify", "handle")
STATUS_INTERVAL: Final = 5
"""Seconds from one status file to the next; scenarios end at a multiple of it."""

MAIN: Final = """\
log_file={folder}/nagios.log
cfg_file={folder}/objects.cfg
status_file={folder}/status.dat
object_cache_file={folder}/objects.cache
state_retention_file={folder}/retention.dat
temp_file={folder}/nagios.tmp
temp_path={folder}
check_result_path={folder}
command_file={folder}/nagios.cmd
lock_file={folder}/nagios.lock
query_socket={folder}/nagios.qh
nagios_user={user}
nagios_group={group}
log_service_retries=1
log_host_retries=1
check_external_commands=1
check_workers=1
check_for_updates=0
execute_host_checks=0
execute_service_checks=0
use_syslog=0
log_notifications=0
log_event_handlers=0
log_external_commands=0
log_passive_checks=0
passive_host_checks_are_soft=1
enable_predictive_host_dependency_checks=0
enable_predictive_service_dependency_checks=0
status_update_interval={status_interval}
host_inter_check_delay_method=n
service_inter_check_delay_method=n
max_concurrent_checks=0
time_change_threshold=900
"""
"""Passive results of hosts go through their attempts: Alignak has no other way."""

SENTINEL: Final = "sentinel"
"""A host whose forced check tells that all commands given before were taken in; Nagios wants a service too."""
SENTINEL_TEXT: Final = """\
define host {
    host_name sentinel
    check_command check-host
    active_checks_enabled 0
    max_check_attempts 1
    check_period always
    notification_period always
    notifications_enabled 0
    contacts sentinel
}
define service {
    host_name sentinel
    service_description sentinel
    check_command check-service
    active_checks_enabled 0
    max_check_attempts 1
    check_interval 1
    retry_interval 1
    check_period always
    notification_period always
    contacts sentinel
}
define contact {
    contact_name sentinel
    host_notification_period always
    service_notification_period always
    host_notification_options n
    service_notification_options n
    host_notification_commands notify-host
    service_notification_commands notify-service
}
"""

HOST_STATES: Final = ("UP", "DOWN", "UNREACHABLE")
SERVICE_STATES: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


class OracleError(Exception):
    """Say what went wrong with Nagios itself."""


def play(scenarios: Sequence[Scenario], folder: Path) -> dict[str, Trace]:
    """Have Nagios play scenarios and return what happened to each object."""
    run = _Run(scenarios, folder)
    with run.started():
        run.all()
    join_contacts(run.traces.values())
    cut(run.traces.values(), run.end)
    return run.traces


class _Run:
    """One life of Nagios."""

    def __init__(self, scenarios: Sequence[Scenario], folder: Path) -> None:
        self.folder = folder
        self.answers = {key: each for scenario in scenarios for key, each in scenario.answers.items()}
        self.traces = {key: Trace() for scenario in scenarios for key in scenario.object_keys()}
        self.events: dict[int, list[Event]] = {}
        for scenario in scenarios:
            for each in scenario.events:
                self.events.setdefault(each.at, []).append(each)
        self.end = max(each.end for each in scenarios)
        self.now = 0
        self.downtimes: dict[str, int] = {}
        self._made = 0
        self._buffer = b""
        self._seen_sentinel = False
        (folder / "objects.cfg").write_text(objects_text(scenarios) + SENTINEL_TEXT)
        who = {"user": getpass.getuser(), "group": grp.getgrgid(os.getegid()).gr_name}
        shared = "".join(f"{name}={value}\n" for name, value in PARAMETERS.items())
        main = MAIN.format(folder=folder, status_interval=STATUS_INTERVAL, **who)
        (folder / "nagios.cfg").write_text(main + shared)

    @contextmanager
    def started(self) -> Iterator[None]:
        """Start Nagios, with this process for its worker, and end it."""
        self._set_clock(0)
        peer, lie = nagios(), faketime()
        with ExitStack() as stack:
            output = stack.enter_context((self.folder / "output").open("wb"))
            argv = [peer.program, self.folder / "nagios.cfg"]
            self.process = subprocess.Popen(
                argv, env=self._environment(peer, lie), stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            # It may crash when it is stopped, which is none of our business: no core file of it is wanted.
            resource.prlimit(self.process.pid, resource.RLIMIT_CORE, (0, 0))
            stack.callback(self._stop)
            # Nagios kills its workers when it ends: it is given the id of a process made for that.
            victim = subprocess.Popen(["sleep", "1000000"], stdin=subprocess.DEVNULL)
            stack.callback(victim.wait)
            stack.callback(victim.kill)
            self.worker = stack.enter_context(self._connection())
            plugins = ";".join(f"plugin=/oracle/{name}" for name in PROGRAMS)
            self.worker.sendall(f"@wproc register name=oracle;pid={victim.pid};max_jobs=100000;{plugins}\0".encode())
            if self.worker.recv(100) != b"OK\0":
                raise OracleError("Nagios does not take this process for a worker")
            self.worker.setblocking(False)
            self._wait_for(self.folder / "nagios.cmd")
            self.commands = stack.enter_context((self.folder / "nagios.cmd").open("wb", buffering=0))
            yield

    def _environment(self, peer: Peer, lie: Peer) -> Mapping[str, str]:
        (library,) = lie.root.glob("usr/lib/*/faketime/libfaketime.so.1")
        return {
            **peer.environment,
            "TZ": "UTC",
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_FMT": "%s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def _stop(self) -> None:
        """End Nagios, which ends the processes it has made."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _connection(self) -> socket.socket:
        """Return a connection to the query socket, once there is one."""
        end = time.monotonic() + PATIENCE
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.folder / "nagios.qh"))
            except OSError:
                connection.close()
                self._check_patience(end)
                time.sleep(0.01)
            else:
                connection.settimeout(PATIENCE)
                return connection

    def _wait_for(self, path: Path) -> None:
        end = time.monotonic() + PATIENCE
        while not path.exists():
            self._check_patience(end)
            time.sleep(0.01)

    def _check_patience(self, end: float) -> None:
        if self.process.poll() is not None or time.monotonic() > end:
            said = (self.folder / "output").read_text(errors="replace")[-2000:]
            raise OracleError(f"Nagios ended or does not answer any more:\n{said}")

    def _set_clock(self, second: int) -> None:
        self.now = second
        new = self.folder / "clock.new"
        new.write_text(str(BASE + second))
        new.rename(self.folder / "clock")

    # One second after the other

    def all(self) -> None:
        """Play everything."""
        self._give([f"SCHEDULE_FORCED_{_command(key, BASE + each.first)}" for key, each in self.answers.items()])
        self._settle()
        self._give(["START_EXECUTING_HOST_CHECKS", "START_EXECUTING_SVC_CHECKS"])
        self._settle()
        for second in range(1, self.end + 2):
            self._set_clock(second)
            if second in self.events:
                self._give([self._text(each) for each in self.events[second]])
            self._settle()
        self._read_log()
        self._read_status()

    def _text(self, event: Event) -> str:
        """Return a command as Nagios is to get it, and count the downtimes it makes."""
        text = re.sub(r"<id ([^>]*)>", lambda match: str(self.downtimes[match[1]]), event.text)
        if re.match(r"SCHEDULE_(HOST|SVC)_DOWNTIME;", text):
            self._made += 1
            self.downtimes[text.rpartition(";")[2]] = self._made
        return text

    def _give(self, lines: Iterable[str]) -> None:
        """Give commands, and wait until Nagios has taken them in."""
        at = BASE + self.now
        texts = [f"[{at}] {line}\n" for line in (*lines, f"SCHEDULE_FORCED_HOST_CHECK;{SENTINEL};{at}")]
        self._seen_sentinel = False
        waiting = deque(texts)
        end = time.monotonic() + PATIENCE
        while waiting:
            self.commands.write("".join(waiting.popleft() for _ in range(min(30, len(waiting)))).encode())
            self._serve()
        while not self._seen_sentinel:
            self._go_round()
            self._check_patience(end)

    def _settle(self) -> None:
        """Wait until Nagios has done what was due."""
        quiet = 0
        while quiet < QUIET:
            quiet = 0 if self._go_round() else quiet + 1

    def _go_round(self) -> int:
        """Have Nagios go once around at least, answer its jobs, and return how many there were."""
        served = 0
        end = time.monotonic() + PATIENCE
        with self._connection() as connection:
            connection.sendall(b"#echo on\0")
            while True:
                readable, _, _ = select.select((connection, self.worker), (), (), 1.0)
                if self.worker in readable:
                    served += self._serve()
                if connection in readable and not connection.recv(100):
                    return served + self._serve()
                self._check_patience(end)

    def _serve(self) -> int:
        """Answer the jobs that wait, and return how many there were."""
        try:
            while more := self.worker.recv(1 << 20):
                self._buffer += more
        except BlockingIOError:
            pass
        *messages, self._buffer = self._buffer.split(END_OF_MESSAGE)
        replies = [self._reply(message) for message in messages]
        if replies:
            self.worker.setblocking(True)
            self.worker.sendall(b"".join(replies))
            self.worker.setblocking(False)
        return len(replies)

    def _reply(self, message: bytes) -> bytes:
        """Return the answer to a job."""
        job = dict(each.split("=", 1) for each in message.decode().split("\0") if "=" in each)
        words = job["command"].split(" ")
        code = 0
        if words[0] != "/oracle/check":
            note_command(self.traces, self.now, words)
        elif words[1] == SENTINEL:
            self._seen_sentinel = True
        else:
            code = self.answers[key_of(words[1])].at(self.now)
        at = f"{BASE + self.now}.000000"
        answer = {
            "job_id": job["job_id"],
            "type": job["type"],
            "timeout": job["timeout"],
            "start": at,
            "stop": at,
            "runtime": "0.000000",
            "exited_ok": "1",
            "wait_status": str(code << 8),
            "outstd": f"code {code}",
            "outerr": "",
        }
        return b"".join(f"{name}={value}\0".encode() for name, value in answer.items()) + END_OF_MESSAGE

    # What came of it

    def _read_log(self) -> None:
        for line in (self.folder / "nagios.log").read_text().splitlines():
            stamp, _, text = line.partition("] ")
            note_line(self.traces, int(stamp[1:]) - BASE, text)

    def _read_status(self) -> None:
        text = (self.folder / "status.dat").read_text()
        for kind, body in re.findall(r"^(hoststatus|servicestatus) \{\n(.*?)\n\t\}", text, re.MULTILINE | re.DOTALL):
            values = dict(line.strip().split("=", 1) for line in body.splitlines())
            key = values["host_name"]
            states: Sequence[str] = HOST_STATES
            if kind == "servicestatus":
                key, states = f"{key};{values['service_description']}", SERVICE_STATES
            if key in self.traces:
                self.traces[key].final = _final(values, states)


def _command(key: str, at: int) -> str:
    """Return the rest of a command that schedules the check of an object."""
    return f"{'SVC' if ';' in key else 'HOST'}_CHECK;{key};{at}"


def _final(values: Mapping[str, str], states: Sequence[str]) -> End:
    return End(
        states[int(values["current_state"])],
        "HARD" if values["state_type"] == "1" else "SOFT",
        int(values["current_attempt"]),
        values["is_flapping"] == "1",
        float(values["percent_state_change"]),
        values["problem_has_been_acknowledged"] == "1",
        int(values["scheduled_downtime_depth"]),
        int(values["current_notification_number"]),
    )
