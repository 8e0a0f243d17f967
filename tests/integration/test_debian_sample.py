"""Existing configurations mean here what they mean to Nagios: Debian's sample and made ones, counted side by side.

``nagios4 -v`` is the witness; it comes out of Debian's package, unpacked (``tests/support/peers.py``).
"""

from __future__ import annotations

import getpass
import grp
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from alignak.config.compile import Loaded, load
from alignak.config.contacts import INTERNAL_COMMANDS
from alignak.config.environment import read_environment
from alignak.model.objects import ObjectSet
from alignak.model.relations import NEVER, Dependency
from alignak.system.files import DiskFiles
from tests.bench.dialects import Form, write_definitions
from tests.support.configurations import errors
from tests.support.peers import Peer, PeerMissingError, nagios
from tests.support.random_sites import random_site
from tests.support.resolved_values import nagios_relations, nagios_values, our_relations, our_values

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

COUNTED: Final = re.compile(r"^\tChecked (\d+) (.+)\.$", re.MULTILINE)
RELATED: Final = re.compile(r"^\tChecked (\d+) (service|host) dependencies$", re.MULTILINE)
TYPES: Final[Mapping[str, str]] = {
    "hosts": "host",
    "services": "service",
    "host groups": "hostgroup",
    "service groups": "servicegroup",
    "contacts": "contact",
    "contact groups": "contactgroup",
    "commands": "command",
    "time periods": "timeperiod",
}
"""What Nagios calls them -> our type of object."""

MAIN: Final = """\
[DEFAULT]
idontcareaboutsecurity = {is_root}
[alignak-configuration]
alignak_name = Existing
cfg = {main}
"""


@pytest.fixture(scope="module")
def witness(request: pytest.FixtureRequest) -> Peer:
    """Return nagios4; where it cannot be had the tests are skipped, or fail if services are promised."""
    try:
        return nagios()
    except PeerMissingError as error:
        if request.config.getoption("--with-services"):
            pytest.fail(str(error))
        pytest.skip(f"{error}; a machine with Debian's apt sources has it")


@pytest.fixture
def sample(witness: Peer, tmp_path: Path) -> Path:
    """Return the main file of Debian's sample as it stands after installation, below a folder instead of ``/``."""
    shutil.copytree(witness.root / "etc", tmp_path / "etc")
    commands = witness.root / "usr/share/monitoring-plugins/templates-basic"
    shutil.copytree(commands, tmp_path / "etc/nagios-plugins/config", dirs_exist_ok=True)
    (tmp_path / "var/lib/nagios4/spool/checkresults").mkdir(parents=True)
    (tmp_path / "var/log/nagios4").mkdir(parents=True)
    main = tmp_path / "etc/nagios4/nagios.cfg"
    text = re.sub(r"^(#?\w+=)/(etc|var)/", rf"\g<1>{tmp_path}/\2/", main.read_text(), flags=re.MULTILINE)
    main.write_text(re.sub(r"^nagios_(user|group)=.*\n", "", text, flags=re.MULTILINE) + whoever_runs_this())
    return main


def whoever_runs_this() -> str:
    """Return the lines by which Nagios stays who it was started as."""
    return f"nagios_user={getpass.getuser()}\nnagios_group={grp.getgrgid(os.getegid()).gr_name}\n"


def main_file(folder: Path) -> Path:
    """Return a main file that names everything in a folder."""
    main = folder / "nagios.cfg"
    lines = f"cfg_dir={folder}/objects\ncheck_result_path={folder}\nlog_file={folder}/nagios.log\n"
    lines += f"precached_object_file={folder}/objects.precache\n"
    main.write_text(lines + whoever_runs_this())
    return main


def verified(witness: Peer, main: Path, how: str = "-v") -> str:
    """Return what ``nagios4 -v`` prints; ``-vp`` writes down what it resolved as well."""
    argv: list[str | Path] = [witness.program, how, main]
    run: subprocess.CompletedProcess[str] = subprocess.run(
        argv, check=False, env=witness.environment, capture_output=True, text=True, timeout=60
    )
    return run.stdout


def their_counts(printed: str) -> dict[str, int]:
    """Return what Nagios counted."""
    found = {name: int(count) for count, name in COUNTED.findall(printed)}
    return found | {f"{kind} dependencies": int(count) for count, kind in RELATED.findall(printed)}


def read(main: Path) -> Loaded:
    """Return what becomes of a main file of Nagios here."""
    environment = main.parent / "alignak.ini"
    environment.write_text(MAIN.format(is_root=int(os.geteuid() == 0), main=main))
    files = DiskFiles()
    return load(read_environment(str(environment), files), files)


def our_counts(ours: Loaded) -> dict[str, int]:
    """Return what is reported here, under the names Nagios has for it; what no file defines is left out."""
    found = {name: ours.created[type_] for name, type_ in TYPES.items()}
    found["commands"] -= len(INTERNAL_COMMANDS)
    return found


def related(objects: ObjectSet) -> dict[str, int]:
    """Return how many relations there are as Nagios counts them: for each dependent and each kind, for each object."""
    names = {str(each.key): "host" for each in objects.hosts}
    found = {"host dependencies": 0, "service dependencies": 0}
    for each in objects.dependencies:
        found[f"{names.get(str(each.dependent), 'service')} dependencies"] += kinds(each)
    found["host escalations"] = sum(len(each.escalations) for each in objects.hosts)
    found["service escalations"] = sum(len(each.escalations) for each in objects.services)
    return found


def kinds(dependency: Dependency) -> int:
    """Return how many kinds of effect a dependency has: on checks, on notifications."""
    return (dependency.execution_criteria != NEVER) + (dependency.notification_criteria != NEVER)


def test_the_sample_configuration_of_debian_loads_with_the_counts_of_nagios(witness: Peer, sample: Path) -> None:
    ours, theirs = read(sample), verified(witness, sample)
    assert "Total Errors:   0" in theirs
    assert errors(ours) == []
    counts = their_counts(theirs)
    assert counts["commands"] > 80, "the command files of the plugins were not read"
    assert our_counts(ours) == {name: counts[name] for name in TYPES}


def test_the_examples_beside_it_have_the_same_counts_and_the_same_errors(witness: Peer, sample: Path) -> None:
    text = sample.read_text()
    everything = re.sub(r"^#(cfg_file=.*/objects/\w+\.cfg)$", r"\1", text, flags=re.MULTILINE)
    sample.write_text(everything)
    assert everything != text
    ours, theirs = read(sample), verified(witness, sample)
    counts = their_counts(theirs)
    assert our_counts(ours) == {name: counts[name] for name in TYPES}
    unknown = re.findall(
        r"^Error: Service check command '([^'!]+).* in service '(.+)' for host '(.+)' not", theirs, re.M
    )
    assert len(unknown) == theirs.count("Error: ")
    assert unknown, "the examples need commands that are in no basic package"
    said = "\n".join(errors(ours))
    assert ours.error_count == len(unknown)
    for command, service, host in unknown:
        assert f"[service::{host}/{service}] check_command '{command}' invalid" in said


@pytest.mark.parametrize("seed", range(8))
def test_made_sites_have_the_counts_of_nagios(witness: Peer, tmp_path: Path, seed: int) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "site.cfg").write_text(random_site(seed))
    main = main_file(tmp_path)
    ours, theirs = read(main), verified(witness, main)
    assert "Total Errors:   0" in theirs, theirs
    assert errors(ours) == []
    assert ours.config is not None
    assert our_counts(ours) | related(ours.config.objects) == their_counts(theirs)


@pytest.mark.parametrize("seed", range(100, 108))
def test_made_sites_resolve_to_the_values_of_nagios(witness: Peer, tmp_path: Path, seed: int) -> None:
    """Templates, ``+``, ``null``, what services take from their hosts, groups, dependencies, escalations."""
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "site.cfg").write_text(random_site(seed))
    main = main_file(tmp_path)
    assert "Object precache file created" in verified(witness, main, "-vp")
    theirs = (tmp_path / "objects.precache").read_text()
    loaded = read(main)
    assert loaded.config is not None, errors(loaded)
    ours = our_values(loaded.config.objects)
    for type_, objects in nagios_values(theirs).items():
        assert ours[type_] == objects
    assert our_relations(loaded.config.objects) == nagios_relations(theirs)


@pytest.mark.parametrize("form", Form)
def test_the_sites_of_the_benches_have_the_counts_of_nagios(witness: Peer, tmp_path: Path, form: Form) -> None:
    write_definitions(tmp_path / "objects", form, 200)
    main = main_file(tmp_path)
    ours, theirs = read(main), verified(witness, main)
    assert "Total Errors:   0" in theirs, theirs
    assert errors(ours) == []
    assert our_counts(ours)["services"] == 2000
    assert our_counts(ours) == {name: their_counts(theirs)[name] for name in TYPES}
