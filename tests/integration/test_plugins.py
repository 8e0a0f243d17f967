"""Real plugins, well-behaved and hostile (reliability.md P1 to P6, L7)."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignak.execution import spawning
from alignak.messages.work import Ending, Work
from tests.support.running import Ward, by_id, open_descriptors, order, script


@pytest.fixture
def ward() -> Iterator[Ward]:
    """Give a nursery and see that nothing is left of it."""
    before = open_descriptors()
    with Ward() as made:
        yield made
        assert made.wait_until_alone()
    assert open_descriptors() == before


def test_a_plugin_says_how_its_host_fares(ward: Ward) -> None:
    (outcome,) = ward.run(order("/bin/sh", "-c", "echo 'PING OK | rta=1ms'; exit 1"))

    assert outcome.ending is Ending.DONE
    assert outcome.exit_code == 1
    assert outcome.output == "PING OK | rta=1ms\n"
    assert outcome.id == "e-1"
    assert outcome.worker == "poller-test"
    assert abs(outcome.started_at - time.time()) < 5
    assert 0 < outcome.execution_time < 5


def test_its_processor_time_is_told(ward: Ward) -> None:
    (outcome,) = ward.run(order(sys.executable, "-c", "import time\nwhile time.process_time() < 0.2: pass"))

    assert outcome.user_time + outcome.system_time > 0.15


def test_a_program_without_path_is_found_and_words_are_not_interpreted(ward: Ward) -> None:
    (outcome,) = ward.run(order("printf", "%s|", "a b", "$(id)", "`id`", "; id", "*", "-n", "\n"))

    assert outcome.output == "a b|$(id)|`id`|; id|*|-n|\n|"


def test_stderr_is_kept_when_there_is_nothing_else(ward: Ward) -> None:
    outcomes = by_id(
        ward.run(script("echo trouble >&2; exit 3", id_="e-1"), script("echo fine; echo trouble >&2", id_="e-2"))
    )

    assert (outcomes["e-1"].exit_code, outcomes["e-1"].output) == (3, "trouble\n")
    assert outcomes["e-2"].output == "fine\n"


def test_what_it_says_after_it_closed_its_output_is_heard(ward: Ward) -> None:
    (outcome,) = ward.run(script("exec 1>&-; sleep 0.3; echo late >&2; exit 2"))

    assert (outcome.exit_code, outcome.output) == (2, "late\n")


def test_one_that_closed_both_is_waited_for(ward: Ward) -> None:
    (outcome,) = ward.run(script("echo OK; exec 1>&- 2>&-; sleep 0.3; exit 1"))

    assert (outcome.exit_code, outcome.output) == (1, "OK\n")
    assert outcome.execution_time > 0.3


def test_an_error_stream_held_by_a_helper_holds_nothing_up(ward: Ward) -> None:
    (outcome,) = ward.run(script("echo OK; setsid sleep 62 >&- & exit 0"))

    assert (outcome.ending, outcome.output) == (Ending.DONE, "OK\n")
    assert outcome.execution_time < 1


def test_exit_codes_come_as_they_are(ward: Ward) -> None:
    codes = (0, 1, 2, 3, 4, 5, 64, 100, 125, 126, 127, 128, 129, 200, 254, 255)
    outcomes = ward.run(*(script(f"exit {code}", id_=f"e-{code}") for code in codes))

    assert {each.id: each.exit_code for each in outcomes} == {f"e-{code}": code for code in codes}
    assert {each.ending for each in outcomes} == {Ending.DONE}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM])
def test_a_plugin_killed_by_a_signal_exits_as_in_a_shell(ward: Ward, number: int) -> None:
    (outcome,) = ward.run(script(f"kill -{int(number)} $$"))

    assert outcome.exit_code == 128 + number
    assert outcome.ending is Ending.DONE


# P1: time-outs ------------------------------------------------------------------------------------------------------


def test_a_plugin_that_is_late_is_asked_to_end(ward: Ward) -> None:
    (outcome,) = ward.run(script("trap 'echo bye; exit 2' TERM; echo so far; sleep 60 & wait", timeout=0.3))

    assert outcome.ending is Ending.TIMEOUT
    assert outcome.output == "so far\nbye\n"
    assert outcome.execution_time < 1


def test_one_that_ignores_that_is_killed_with_its_children(ward: Ward) -> None:
    (outcome,) = ward.run(script("trap '' TERM; (trap '' TERM; sleep 61) & while :; do sleep 0.1; done", timeout=0.3))

    assert outcome.ending is Ending.TIMEOUT
    assert outcome.exit_code == 128 + signal.SIGKILL
    assert outcome.execution_time < 0.3 + 1.5


def test_one_that_stopped_itself_is_ended_too(ward: Ward) -> None:
    (outcome,) = ward.run(script("kill -STOP $$", timeout=0.3))

    assert outcome.ending is Ending.TIMEOUT
    assert outcome.exit_code == 128 + signal.SIGTERM


def test_a_timeout_of_a_moment_is_kept(ward: Ward) -> None:
    (outcome,) = ward.run(script("sleep 60", timeout=0.02))

    assert outcome.ending is Ending.TIMEOUT
    assert outcome.execution_time < 1


# P2: what escapes ---------------------------------------------------------------------------------------------------


def test_a_helper_that_keeps_the_pipe_holds_nothing_up(ward: Ward) -> None:
    (outcome,) = ward.run(script("echo done; setsid sleep 62 & exit 0"))

    assert outcome.ending is Ending.DONE
    assert outcome.exit_code == 0
    assert outcome.output == "done\n"
    assert outcome.execution_time < 1


DOUBLE_FORK = """
import os, sys, time
print("started", flush=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid() if os.getpid() != os.getsid(0) else None
        os.closerange(0, 3) if sys.argv[1] == "closes" else None
        time.sleep(63)
    os._exit(0)
os._exit(0)
"""


@pytest.mark.parametrize("habit", ["keeps", "closes"])
def test_a_daemon_made_by_a_double_fork_is_found_and_ended(ward: Ward, habit: str) -> None:
    (outcome,) = ward.run(order(sys.executable, "-c", DOUBLE_FORK, habit))

    assert outcome.ending is Ending.DONE
    assert outcome.output == "started\n"
    assert ward.wait_until_alone()
    assert ward.nursery.strays_ended == 1


def test_a_late_plugin_takes_its_escaped_children_with_it(ward: Ward) -> None:
    (outcome,) = ward.run(script("setsid sh -c 'trap \"\" TERM; setsid sleep 64 & sleep 65' & sleep 66", timeout=0.3))

    assert outcome.ending is Ending.TIMEOUT
    assert ward.wait_until_alone()


def test_what_a_running_plugin_put_in_the_background_may_go_on(ward: Ward) -> None:
    (outcome,) = ward.run(script("(setsid sh -c 'sleep 1.5; echo late' &) ; sleep 1.8; echo end"))

    assert outcome.output == "late\nend\n"


# P3: what it writes -------------------------------------------------------------------------------------------------


def test_ten_megabytes_end_a_plugin(ward: Ward) -> None:
    (outcome,) = ward.run(order("head", "-c", "10000000", "/dev/zero"))

    assert outcome.ending is Ending.FLOODED
    assert len(outcome.output) == 65_536


@pytest.mark.parametrize("program", ["yes", "cat /dev/zero", "yes >&2", "trap '' TERM; yes"])
def test_endless_output_ends_a_plugin_and_costs_no_memory(ward: Ward, program: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (outcome,) = ward.run(script(program, timeout=20))

    assert outcome.ending is Ending.FLOODED
    assert outcome.execution_time < 5
    assert len(outcome.output) <= 65_536
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4096  # KiB


def test_a_helper_that_floods_after_the_end_is_ended(ward: Ward) -> None:
    (outcome,) = ward.run(script("setsid yes & exit 0"))

    assert outcome.ending is Ending.FLOODED
    assert outcome.execution_time < 5


def test_output_up_to_the_cap_is_whole_and_beyond_it_cut(ward: Ward) -> None:
    outcomes = by_id(
        ward.run(
            order("head", "-c", "65536", "/dev/zero", id_="e-1"),
            order("head", "-c", "300000", "/dev/zero", id_="e-2"),
        )
    )

    assert {each.ending for each in outcomes.values()} == {Ending.DONE}
    assert {len(each.output) for each in outcomes.values()} == {65_536}


def test_a_plugin_that_writes_a_byte_now_and_then_is_only_late(ward: Ward) -> None:
    (outcome,) = ward.run(script("while :; do printf x; sleep 0.1; done", timeout=0.5))

    assert outcome.ending is Ending.TIMEOUT
    assert set(outcome.output) == {"x"}


def test_output_without_a_newline_or_at_all(ward: Ward) -> None:
    outcomes = by_id(ward.run(script("printf 'no newline'", id_="e-1"), script("exit 2", id_="e-2")))

    assert outcomes["e-1"].output == "no newline"
    assert outcomes["e-2"].output == ""


BYTES = """
import os, sys, time
for piece in eval(sys.argv[1]):
    os.write(1, piece)
    time.sleep(0.1)
"""


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ((b"caf\xc3", b"\xa9 \xf0\x9f", b"\x98\x80"), "café 😀"),
        ((b"bad \xff\xfe end",), "bad \ufffd\ufffd end"),
        ((b"cut \xe2\x82",), "cut \ufffd"),
        ((b"nul \0 esc \x1b[2J",), "nul \ufffd esc \x1b[2J"),
        ((b"a\r\nb\rc\n",), "a\r\nb\rc\n"),
    ],
)
def test_any_bytes_become_text(ward: Ward, pieces: tuple[bytes, ...], text: str) -> None:
    (outcome,) = ward.run(order(sys.executable, "-c", BYTES, repr(pieces)))

    assert outcome.output == text


def test_text_cut_at_the_cap_does_not_end_in_half_a_character(ward: Ward) -> None:
    (outcome,) = ward.run(order(sys.executable, "-c", "print('x' + '😀' * 20000, end='')"))

    assert outcome.output == "x" + "😀" * (65_535 // 4)


# P5: what cannot be started -----------------------------------------------------------------------------------------


def make(path: Path, text: str, mode: int = 0o755) -> str:
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_what_is_not_there_is_named(ward: Ward, tmp_path: Path) -> None:
    outcomes = by_id(
        ward.run(
            order(str(tmp_path / "check_gone"), id_="e-1"),
            order("check_nowhere", id_="e-2"),
            order("", id_="e-3"),
            order(id_="e-4"),
            order(str(tmp_path / "check_gone" / "deeper"), id_="e-5"),
        )
    )

    assert {each.ending for each in outcomes.values()} == {Ending.NOT_STARTED}
    assert {each.exit_code for each in outcomes.values()} == {127}
    assert outcomes["e-1"].output == f"{tmp_path}/check_gone: No such file or directory"
    assert outcomes["e-2"].output.startswith("check_nowhere: no such program in PATH=")
    assert "names no program" in outcomes["e-3"].output


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("#!/bin/sh\n", 0o644, "may not be executed"),
        ("echo hello\n", 0o755, "does not begin with #!"),
        ("#!/nowhere/python\n", 0o755, "asks for the interpreter /nowhere/python, which cannot be run"),
        ("#!/bin/sh\r\necho hello\r\n", 0o755, "asks for the interpreter /bin/sh\\r, which cannot be run"),
    ],
)
def test_what_cannot_be_executed_is_explained(ward: Ward, tmp_path: Path, text: str, mode: int, reason: str) -> None:
    path = make(tmp_path / "check_it", text, mode)
    (outcome,) = ward.run(order(path))

    assert outcome.ending is Ending.NOT_STARTED
    assert outcome.exit_code == 126
    assert reason in outcome.output
    assert outcome.output.startswith(path)


def test_a_folder_is_no_plugin(ward: Ward, tmp_path: Path) -> None:
    (outcome,) = ward.run(order(str(tmp_path)))

    assert (outcome.ending, outcome.exit_code) == (Ending.NOT_STARTED, 126)


def test_a_plugin_that_is_being_copied_is_explained(ward: Ward, tmp_path: Path) -> None:
    path = make(tmp_path / "check_it", "")
    path_bytes = Path("/bin/true").read_bytes()
    with open(path, "wb") as file:
        file.write(path_bytes)
        file.flush()
        (outcome,) = ward.run(order(path))

    assert (outcome.ending, outcome.exit_code) == (Ending.NOT_STARTED, 126)
    assert "open for writing" in outcome.output
    assert ward.run(order(path))[0].exit_code == 0


def test_too_many_arguments_are_explained(ward: Ward) -> None:
    (outcome,) = ward.run(order("echo", "x" * 300_000))

    assert (outcome.ending, outcome.exit_code) == (Ending.NOT_STARTED, 126)
    assert "longer than the system takes" in outcome.output


def test_without_descriptors_the_worker_lives_and_is_well_again_afterwards(ward: Ward) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = {int(name) for name in os.listdir("/proc/self/fd")}
    lowest_free = next(number for number in range(hard) if number not in used)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free + 8, hard))
    try:
        outcomes = ward.run(*(order("/bin/true", id_=f"e-{number}") for number in range(20)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    failed = [each for each in outcomes if each.ending is Ending.NOT_STARTED]
    assert failed
    assert {each.exit_code for each in failed} == {3}
    assert {each.output for each in failed} == {"/bin/true could not be started: Too many open files"}
    assert ward.run(order("/bin/true"))[0].ending is Ending.DONE


@pytest.mark.parametrize("number", [errno.ENOMEM, errno.EAGAIN])
def test_without_memory_or_processes_the_worker_lives(ward: Ward, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The limits themselves would hit the test as well."""

    def fail(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(spawning, "fork_exec", fail)
        (outcome,) = ward.run(order("/bin/true"))

    assert (outcome.ending, outcome.exit_code) == (Ending.NOT_STARTED, 3)
    assert outcome.output == f"/bin/true could not be started: {os.strerror(number)}"
    assert ward.run(order("/bin/true"))[0].ending is Ending.DONE


# L7: what a plugin is given -----------------------------------------------------------------------------------------


def test_a_plugin_gets_the_variables_listed_and_no_others(ward: Ward) -> None:
    (outcome,) = ward.run(order("env", environment={"NAGIOS_HOSTNAME": "web-1"}))

    rows = outcome.output.splitlines()
    assert {row.split("=")[0] for row in rows} == {"PATH", "LANG", "NAGIOS_HOSTNAME", "ALIGNAK_ORDER_ID"}
    assert "NAGIOS_HOSTNAME=web-1" in rows


def test_a_plugin_leads_a_session_of_its_own_and_reads_nothing(ward: Ward) -> None:
    code = "import os; print(os.getpid() == os.getsid(0), os.readlink('/proc/self/fd/0'), repr(os.read(0, 1)))"
    (outcome,) = ward.run(order(sys.executable, "-c", code))

    assert outcome.output == "True /dev/null b''\n"


def test_signals_the_worker_ignores_work_in_plugins(ward: Ward) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    spawning.pass_on_no_ignored_signal()
    try:
        (outcome,) = ward.run(order("grep", "-E", "Sig(Ign|Blk)", "/proc/self/status"))
    finally:
        signal.signal(signal.SIGTERM, before)

    masks = [int(row.split()[1], 16) for row in outcome.output.splitlines()]
    assert len(masks) == 2
    assert [mask & 0x7FFFFFFF for mask in masks] == [0, 0]


def test_a_value_no_program_can_get_does_not_keep_a_notification_back(ward: Ward) -> None:
    hostile = {"NAGIOS_SERVICEOUTPUT": "a\0b \ud800 c"}
    (outcome,) = ward.run(
        order(
            "/bin/sh",
            "-c",
            'echo "$NAGIOS_SERVICEOUTPUT $1"',
            "sh",
            "x\0y",
            environment=hostile,
            work=Work.NOTIFICATION,
        )
    )

    assert outcome.ending is Ending.DONE
    assert outcome.output == "a\ufffdb ? c x\ufffdy\n"


def test_a_plugin_that_wants_all_memory_does_not_get_it() -> None:
    with Ward() as ward:
        code = "x = bytearray(6 << 30)"
        (outcome,) = ward.run(order(sys.executable, "-c", code))

    assert outcome.exit_code == 1
    assert "MemoryError" in outcome.output


# Many --------------------------------------------------------------------------------------------------------------


def test_many_at_a_time_each_get_their_own_outcome(ward: Ward) -> None:
    outcomes = ward.run(
        *(script(f"echo {number}; sleep 0.2; exit {number % 4}", id_=f"e-{number}") for number in range(60))
    )

    assert {each.id: each.output for each in outcomes} == {f"e-{number}": f"{number}\n" for number in range(60)}
    assert {each.id: each.exit_code for each in outcomes} == {f"e-{number}": number % 4 for number in range(60)}


def test_plugins_leave_no_zombies(ward: Ward) -> None:
    most = 0
    for number in range(30):
        ward.run(script("(sleep 0.01 &) ; exit 0", id_=f"e-{number}"))
        states = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in _children()]
        most = max(most, states.count("Z"))

    assert most <= 5


def _children() -> list[str]:
    return [pid for pid in os.listdir("/proc") if pid.isdecimal() and _is_child(pid)]


def _is_child(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(os.getpid())
    except OSError:
        return False
