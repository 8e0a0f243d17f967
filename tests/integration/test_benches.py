"""``bin/bench`` on a small site: everything it measures can be measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bench import bench_config, bench_engine, bench_neighbours, bench_passive
from tests.bench.frame import Options, Row, table
from tests.bench.run import main, names
from tests.support.peers import PeerMissingError, nagios

pytestmark = [pytest.mark.long, pytest.mark.services, pytest.mark.timeout(900)]


def test_every_question_about_configurations_has_an_answer(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    try:
        nagios()
    except PeerMissingError as error:
        if request.config.getoption("--with-services"):
            pytest.fail(str(error))
        pytest.skip(f"{error}; a machine with Debian's apt sources has it")
    found = list(bench_config.rows(Options(tmp_path, rounds=1, hosts=(100,))))
    rows = [each for each in found if isinstance(each, Row)]
    assert {each.question.partition(": ")[2] for each in rows} == {
        "verify, cold",
        "read again, one file changed",
        "verify, most memory",
        "part on the wire, a service",
        "start until all parts are confirmed",
        "start, most memory of the arbiter",
        "reload, one host changed",
    }
    assert {each.against for each in rows} == {"nagios4", "icinga2", "limit"}
    assert all(value > 0 for each in rows for value in (*each.ours, *each.theirs))
    assert not any(each.verdict for each in rows), "a goal of 100,000 services was held against 1,000"
    assert table(rows).row_count == len(rows)


def test_passive_results_are_given_by_each_way_and_all_are_applied(tmp_path: Path) -> None:
    found = list(bench_passive.rows(Options(tmp_path, rounds=1, hosts=(50,))))
    rows = [each for each in found if isinstance(each, Row)]
    assert {each.question for each in rows} >= {f"passive results {way}" for way in bench_passive.WAYS}
    assert all(value > 0 for each in rows for value in (*each.ours, *each.theirs))
    assert not any(each.verdict for each in rows), "a goal of 10,000 services was held against 500"


def test_every_event_of_the_engine_is_timed(tmp_path: Path) -> None:
    rows = list(bench_engine.rows(Options(tmp_path, rounds=1, hosts=(100,))))
    assert all(isinstance(each, Row) and each.ours and not each.verdict for each in rows)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler for the server that is asked")
def test_checks_are_timed_beside_each_company(tmp_path: Path) -> None:
    rows = list(bench_neighbours.rows(Options(tmp_path, rounds=1)))
    assert len(rows) == 10
    assert all(isinstance(each, Row) and each.unit == "ms" for each in rows)


def test_a_bench_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["configs"])
    assert ended.value.code == 2
    assert f"there is no bench configs, there is {', '.join(names())}" in capsys.readouterr().err
