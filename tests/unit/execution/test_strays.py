"""Children, and whose they are."""

from __future__ import annotations

import subprocess
import sys

from alignak.execution.spawning import ORDER_ID
from alignak.execution.strays import children, children_by_scan, end, is_foreign_zombie, order_of, reap


def test_a_process_tells_for_which_order_it_runs() -> None:
    marked = subprocess.Popen(["sleep", "60"], env={ORDER_ID: "epoch-17"})
    plain = subprocess.Popen(["sleep", "60"], env={})
    try:
        assert {marked.pid, plain.pid} <= set(children())
        assert set(children_by_scan()) == set(children())
        assert order_of(marked.pid) == "epoch-17"
        assert order_of(plain.pid) == ""
        assert order_of(2**22 + 1) == ""
    finally:
        for process in (marked, plain):
            process.kill()
            process.wait()
    assert not {marked.pid, plain.pid} & set(children())


def test_a_child_is_ended_with_its_group_and_ours_is_spared() -> None:
    code = "import subprocess, time; subprocess.Popen(['sleep', '60']); print('up', flush=True); time.sleep(60)"
    leader = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)
    member = subprocess.Popen(["sleep", "60"])
    assert leader.stdout is not None
    leader.stdout.readline()
    end(leader.pid)
    end(member.pid)

    assert leader.stdout.read() == b""  # the sleeper that held the pipe is gone as well
    assert leader.wait() == member.wait() == -9
    leader.stdout.close()


def test_reaping_never_waits_and_knows_what_is_gone() -> None:
    process = subprocess.Popen(["sleep", "60"])
    assert not reap(process.pid)
    assert not is_foreign_zombie(process.pid)
    process.kill()
    process.wait()

    assert reap(process.pid)
    assert not is_foreign_zombie(process.pid)
