"""What ``bin/bench active`` and ``bin/soak`` measure can be measured, on small sites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import soak
from tests.bench.accounting import PLUGINS
from tests.bench.active_runs import Times, nagios_step, our_step
from tests.bench.active_site import check_http, check_tcp, site_of, tiny
from tests.bench.compiled import TINY, CompilerMissingError, compile_program, serving
from tests.support.peers import PeerMissingError, nagios

pytestmark = [pytest.mark.long, pytest.mark.services, pytest.mark.timeout(300)]

RATE = 20
INTERVAL = 3
TIMES = Times(4.0, 4.0)


@pytest.fixture(autouse=True)
def _compiler(tmp_path: Path) -> None:
    try:
        compile_program(tmp_path, "tiny", *TINY)
    except CompilerMissingError as error:
        pytest.skip(str(error))


def test_our_checks_are_counted_and_plugins_with_them(tmp_path: Path) -> None:
    step = our_step(tmp_path / "site", site_of(tiny(tmp_path / "tiny"), RATE, INTERVAL), TIMES)
    assert step.is_held, step
    assert step.states == {"OK": RATE * INTERVAL}
    assert step.cpu["scheduler"] > 0
    assert PLUGINS in step.cpu


def test_known_plugins_see_the_same_states_here_and_with_nagios(tmp_path: Path, needs: Callable[[str], Path]) -> None:
    try:
        peer = nagios()
    except PeerMissingError as error:
        pytest.skip(f"{error}; a machine with Debian's apt sources has it")
    for plugin in ("check_tcp", "check_http"):
        needs(plugin)
    with serving(tmp_path) as server:
        for load, wrong in ((check_tcp(server), "CRITICAL"), (check_http(server), "WARNING")):
            site = site_of(load, RATE, INTERVAL)
            ours = our_step(tmp_path / "ours", site, TIMES)
            theirs = nagios_step(peer, tmp_path / "theirs", site, TIMES)
            assert ours.states == theirs.states == {"OK": RATE * INTERVAL * 9 // 10, wrong: RATE * INTERVAL // 10}
            assert ours.is_held, ours


def test_a_soak_of_half_a_minute_has_a_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = soak.main(
        ["--minutes", "0.5", "--services", "60", "--interval", "5", "--no-peer", "--folder", str(tmp_path)]
    )
    told = capsys.readouterr().out
    assert code in (0, 1)
    assert "latency: p50" in told
    assert "memory of the scheduler" in told
    assert list(tmp_path.glob("alignak-soak-*")) == [], "the folder was left behind"
