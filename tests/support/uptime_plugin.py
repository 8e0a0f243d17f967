"""``check_uptime`` of monitoring-plugins: Debian leaves it out of its packages, so it comes out of their source.

A test calls ``uptime_plugin``. The source comes once, through ``apt-get`` with lists of its own, into the folder that
the peers are kept in; only the plugin is taken out of it.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from tests.support.peers import PATIENCE, PeerMissingError, cache

_SOURCES: Final = "deb-src http://deb.debian.org/debian trixie main\n"
_MEMBER: Final = "plugins-scripts/check_uptime.pl"
_FIRST_LINE: Final = "#!/usr/bin/perl -I/usr/lib/nagios/plugins\n"
_VERSION: Final = "2.4.0"


def uptime_plugin() -> Path:
    """Return the plugin, ready to run beside those of Debian. Raises PeerMissingError."""
    plugin = cache() / "check_uptime"
    if not plugin.exists():
        plugin.parent.mkdir(parents=True, exist_ok=True)
        try:
            text = _fetched()
        except (OSError, subprocess.SubprocessError, StopIteration) as error:
            raise PeerMissingError(f"cannot fetch the source of monitoring-plugins with apt-get: {error}") from error
        with tempfile.NamedTemporaryFile("w", dir=plugin.parent, delete=False) as file:
            file.write(_FIRST_LINE + text.partition("\n")[2].replace("@NP_VERSION@", _VERSION))
        Path(file.name).chmod(0o755)
        Path(file.name).rename(plugin)
    return plugin


def _fetched() -> str:
    """Return the plugin's text."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for each in ("lists/partial", "cache", "source"):
            (work / each).mkdir(parents=True)
        (work / "sources.list").write_text(_SOURCES)
        places = {"Etc::SourceList": "sources.list", "State::Lists": "lists", "Cache": "cache"}
        options = [f"-oDir::{option}={work / place}" for option, place in places.items()]
        options += ["-oDir::Etc::SourceParts=/dev/null", "-oDebug::NoLocking=1", "-qq"]
        for command in (["update"], ["source", "--download-only", "monitoring-plugins"]):
            # another file of the source may be gone from the mirror; ours is looked for below
            subprocess.run(
                ["apt-get", *options, *command],
                cwd=work / "source",
                capture_output=True,
                check=command == ["update"],
                timeout=PATIENCE,
            )
        archive = next((work / "source").glob("*.orig.tar.*"))
        with tarfile.open(archive) as opened:
            member = next(each for each in opened.getmembers() if each.name.endswith(_MEMBER))
            found = opened.extractfile(member)
            assert found is not None
            return found.read().decode()
