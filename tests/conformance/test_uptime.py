"""``check_uptime`` and its stand-in say the same of how long a machine runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.support.machines import differing, needed, played
from tests.support.peers import PeerMissingError
from tests.support.uptime_plugin import uptime_plugin

pytestmark = needed

_SCENARIO: Final = """
cp -a /usr/lib/nagios/plugins "$FOLDER/plugins"
cp "$PLUGIN" "$FOLDER/plugins/check_uptime"
mount --bind "$FOLDER/plugins" /usr/lib/nagios/plugins
printf '%s 100.00\\n' "$UPTIME" > "$FOLDER/uptime"
mount --bind "$FOLDER/uptime" /proc/uptime
"""
_CASES: Final = (
    "-w 5 -c 10",
    "-w 999 -c 1000",
    "-w 1000 -c 1001",
    "-w 1001 -c 1002",
    "-w 1000:2000 -c 1000:3000",
    "-w 1001:2000 -c 1000:3000",
    "-w 2000:3000 -c 1001:4000",
    "-w 5m:1d -c 1m:2d",
    "-w 20m:1d -c 1s:2d",
    "-w 2h:3w -c 1h:4w",
    "-w 0:2000 -c 3000",
    "-w 05 -c 0010",
    "-w 5s -c 10h",
    "-f -w 99w -c 100w",
    "-d -w 99w -c 100w",
    "-fd -w 5m:99w -c 1m:100w",
    "-dsf -w 99w -c 100w",
    "--for --days --warning=5d --critical 6d anything",
)


@pytest.fixture(scope="module")
def plugin() -> Path:
    try:
        return uptime_plugin()
    except PeerMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(
    "uptime",
    ["0.99", "1.00", "100.9", "101.0", "1000.7", "6059.0", "6060.0", "176399.9", "176400", "1296000.1", "3110461.0"],
)
def test_how_long_a_machine_runs_is_told_and_judged_alike(uptime: str, plugin: Path, tmp_path: Path) -> None:
    cases = [f"check_uptime {each}" for each in _CASES]
    assert not differing(played(_SCENARIO, cases, UPTIME=uptime, PLUGIN=str(plugin), FOLDER=str(tmp_path)))
