"""Modules that add objects: packages as administrators have them, loaded by an arbiter that is started as usual."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import psutil
import pytest

from alignak.cli import verify
from tests.support import programs
from tests.support.cluster import Cluster, wait_for, write
from tests.support.programs import stopping, wait_until_listening

CHECK = """
define command{
    command_name    ok
    command_line    /bin/true
}
define host{
    use             generic-host
    host_name       from-file
    address         127.0.0.1
    check_command   ok
}
"""

PACKAGE = """
import json
import logging
import os
import sys
import time

from alignak.basemodule import BaseModule
from alignak.external_command import ExternalCommand
from alignak.stats import Stats

logger = logging.getLogger(__name__)

properties = {'daemons': ['arbiter'], 'type': 'inventory', 'external': False, 'phases': ['configuration']}


def get_instance(mod_conf):
    logger.info("Give an instance of %s for alias: %s", mod_conf.python_name, mod_conf.module_alias)
    return Inventory(mod_conf)


class Inventory(BaseModule):
    def __init__(self, mod_conf):
        BaseModule.__init__(self, mod_conf)
        logger.setLevel(getattr(mod_conf, 'log_level', logging.INFO))
        self.path = getattr(mod_conf, 'inventory', '')
        self.statsmgr = Stats()
        self.statsmgr.register(self.alias, 'module', statsd_host=mod_conf.statsd_host,
                               statsd_port=int(mod_conf.statsd_port), statsd_enabled=mod_conf.statsd_enabled)
        self.my_arbiter = None

    def hook_read_configuration(self, arbiter):
        self.my_arbiter = arbiter

    def get_objects(self):
        print("reading", self.path)
        with open(self.path) as file:
            hosts = json.load(file)
        if self.my_arbiter.verify_only:
            hosts.append({'use': 'generic-host', 'host_name': 'only-verified', 'check_command': 'ok'})
        self.statsmgr.timer('objects-time', 0.1)
        return {'hosts': hosts, 'triggers': []}
"""
"""A module as those on PyPI are made: what it adds stands in a file."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where Python finds the packages of modules."""
    found = tmp_path / "packages"
    found.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(found))
    (found / "inventory.py").write_text(PACKAGE)
    inventory(found, host("web"), host("db", contacts=["admin"], notifications_enabled=False, parents=["web"]))
    return found


def host(name: str, **directives: Any) -> dict[str, Any]:
    """Make a host as a module gives it."""
    return {"use": "generic-host", "host_name": name, "address": None, "check_command": "ok", **directives}


def inventory(folder: Path, *hosts: dict[str, Any]) -> None:
    """Write what the module will give."""
    (folder / "hosts.json").write_text(json.dumps(hosts))


def site(
    tmp_path: Path,
    folder: Path,
    python_name: str = "inventory",
    *,
    objects: str = CHECK,
    arbiter: str = "modules = cmdb",
) -> Cluster:
    """Write an installation whose arbiter has a module."""
    cluster = write(tmp_path, objects, sections={"arbiter-master": arbiter})
    section = f"python_name = {python_name}\ninventory = {folder}/hosts.json\npassword = s3cret-word\n"
    cluster.environment.write_text(f"{cluster.environment.read_text()}\n[module.cmdb]\n{section}")
    return cluster


def broken(folder: Path, code: str) -> str:
    """Write a package with this in the place of its get_objects and return its name."""
    head, _, _ = PACKAGE.partition("    def get_objects")
    (folder / "broken.py").write_text(f"{head}    def get_objects(self):\n{indent(dedent(code), ' ' * 8)}\n")
    return "broken"


def verified(cluster: Cluster) -> tuple[int, str]:
    """Return the exit code and the report of ``alignak verify``."""
    found = verify.check(str(cluster.environment), "arbiter-master", [])
    return found.exit_code, "\n".join(text for _, text in verify.lines(found))


def hosts(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """Return the hosts that the arbiter runs with."""
    return {each["host_name"]: each for each in cluster.ask("arbiter-master", "get_objects_properties?table=hosts")}


@pytest.fixture
def arbiter(tmp_path: Path, folder: Path) -> Iterator[Cluster]:
    """Return an installation whose arbiter runs with the module."""
    with stopping(site(tmp_path, folder)) as cluster:
        programs.start(cluster, "arbiter-master")
        wait_until_listening(cluster, "arbiter-master")
        wait_for(lambda: cluster.ask("arbiter-master", "have_conf"), 20, "the configuration")
        yield cluster


def test_what_a_module_gives_is_monitored_like_what_files_say(arbiter: Cluster) -> None:
    found = hosts(arbiter)

    assert set(found) == {"from-file", "web", "db"}
    assert found["db"]["parents"] == ["web"]
    assert found["db"]["notifications_enabled"] is False
    assert found["db"]["check_interval"] == found["from-file"]["check_interval"]
    assert found["db"]["imported_from"] == "module cmdb, hosts[1]"
    log = arbiter.log("arbiter-master")
    assert "module cmdb: reading " in log
    assert "Imported 'inventory' for cmdb" in log
    assert "Module cmdb is initialized." in log


def test_a_reload_asks_the_module_again(arbiter: Cluster, folder: Path) -> None:
    inventory(folder, host("web"), host("new"))

    assert arbiter.ask("arbiter-master", "reload_configuration") is True

    wait_for(lambda: set(hosts(arbiter)) == {"from-file", "web", "new"}, 10, "the new host")


def test_a_module_that_fails_at_a_reload_changes_nothing(arbiter: Cluster, folder: Path) -> None:
    (folder / "hosts.json").unlink()

    answer = arbiter.ask("arbiter-master", "reload_configuration")

    assert answer["_status"] == "ERR"
    assert "[module::cmdb] the module cmdb failed in get_objects(): FileNotFoundError: " in answer["_message"]
    assert f"{arbiter.environment}:" in answer["_message"]
    assert set(hosts(arbiter)) == {"from-file", "web", "db"}
    assert "Traceback" in arbiter.log("arbiter-master")


def test_nothing_of_a_module_goes_on_once_the_configuration_is_read(arbiter: Cluster) -> None:
    pid = programs.pid_of(arbiter, "arbiter-master")

    assert [each for each in psutil.Process(pid).children() if "module" in " ".join(each.cmdline())] == []


def test_the_objects_of_a_module_are_verified_with_their_places(tmp_path: Path, folder: Path) -> None:
    inventory(folder, host("web", check_command="okk"))

    code, said = verified(site(tmp_path, folder))

    assert code == 1
    assert "check_command 'okk' invalid" in said
    assert "from: module cmdb, hosts[0]" in said


def test_a_module_is_told_that_nothing_but_verifying_is_meant(tmp_path: Path, folder: Path) -> None:
    done = programs.run(site(tmp_path, folder), "arbiter-master", "-V")

    assert done.returncode == 0, done.stdout
    assert "created 4 host(s)." in done.stdout


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise ValueError('no answer of the database')", "failed in get_objects(): ValueError: no answer of"),
        ("sys.exit(7)", "failed in get_objects(): SystemExit: 7"),
        ("os._exit(7)", "its process ended with exit code 7 in get_objects()"),
        ("os.kill(os.getpid(), 11)", "its process was killed by SIGSEGV in get_objects()"),
        ("return [1, 2]", "get_objects() returned a list, not a dictionary of type -> list of objects"),
        ("return {'hosts': ['web']}", "'web' is no object: give a dictionary of directive -> value"),
        ("return {'hosts': [{'host_name': object()}]}", "the value of 'host_name' cannot be used: a object is no text"),
    ],
)
def test_a_module_that_fails_is_an_error_of_the_configuration(
    tmp_path: Path, folder: Path, code: str, message: str
) -> None:
    found, said = verified(site(tmp_path, folder, broken(folder, code)))

    assert found == 1
    assert message in said


@pytest.mark.parametrize(
    ("python_name", "text", "message"),
    [
        (
            "absent",
            "",
            "Module absent (cmdb) can't be loaded, Python importation error: ModuleNotFoundError: No module",
        ),
        ("bad", "import", "Module bad (cmdb) can't be loaded, Python importation error: SyntaxError: "),
        ("bad", "def get_instance(conf): pass", "Module bad is missing a 'properties' dictionary"),
        ("bad", "properties = {}", "Module bad is missing a 'get_instance' function"),
        ("bad", "properties = {}\ndef get_instance(conf): return 3", "returned int, not an instance of alignak.base"),
        ("", "", "has no python_name: it cannot be loaded"),
    ],
)
def test_a_package_that_is_no_module_is_named(
    tmp_path: Path, folder: Path, python_name: str, text: str, message: str
) -> None:
    (folder / "bad.py").write_text(text)

    code, said = verified(site(tmp_path, folder, python_name))

    assert code == 1
    assert message in said


def test_a_module_that_hangs_is_ended_in_time_with_all_it_started(tmp_path: Path, folder: Path) -> None:
    pids = folder / "pids"
    name = broken(
        folder,
        f"""
        import subprocess
        child = subprocess.Popen(['/bin/sleep', '300'])
        open({str(pids)!r}, 'w').write(f"{{os.getpid()}} {{child.pid}}")
        time.sleep(300)
        """,
    )
    cluster = site(tmp_path, folder, name, arbiter="modules = cmdb\nmodules_timeout = 6")

    began = time.monotonic()
    code, said = verified(cluster)

    assert code == 1
    assert "get_objects() did not end in time: all modules together have 6 s; modules_timeout" in said
    assert time.monotonic() - began < 20
    wait_for(lambda: not any(psutil.pid_exists(int(each)) for each in pids.read_text().split()), 10, "their end")


def test_a_flood_of_output_neither_hinders_nor_shows_what_is_secret(tmp_path: Path, folder: Path) -> None:
    name = broken(
        folder,
        """
        for number in range(20000):
            print("x" * 100)
        os.write(2, b"half a line" + b"y" * 100000)
        logger.warning("my password is %s", self.myconf.password)
        return {'hosts': [{'use': 'generic-host', 'host_name': 'web', 'check_command': 'ok'}]}
        """,
    )
    with stopping(site(tmp_path, folder, name)) as cluster:
        programs.start(cluster, "arbiter-master")
        wait_until_listening(cluster, "arbiter-master")
        wait_for(lambda: cluster.ask("arbiter-master", "have_conf"), 20, "the configuration")
        assert set(hosts(cluster)) == {"from-file", "web"}
        assert "my password is ***" in cluster.log("arbiter-master")
        assert "s3cret-word" not in cluster.log("arbiter-master")


@pytest.mark.parametrize(("code", "exit_code"), [("return 3", 1), ("raise OSError('unreachable')", 3)])
def test_an_arbiter_without_its_hosts_does_not_start_and_is_tried_again_when_that_may_help(
    tmp_path: Path, folder: Path, code: str, exit_code: int
) -> None:
    """systemd tries again after exit code 3; a mistake of the configuration (1) does not mend itself."""
    cluster = site(tmp_path, folder, broken(folder, code))

    done = programs.run(cluster, "arbiter-master")

    assert done.returncode == exit_code
    assert "[module::cmdb]" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("Configuration is incorrect, sorry, I bail out")


def test_a_module_of_an_object_file_is_loaded_too(tmp_path: Path, folder: Path) -> None:
    objects = CHECK + (f"define module{{\nmodule_alias old\npython_name inventory\ninventory {folder}/hosts.json\n}}\n")
    cluster = site(tmp_path, folder, objects=objects, arbiter="modules = old")

    code, said = verified(cluster)

    assert code == 0, said
    assert "created 4 host(s)." in said


def test_hooks_see_the_objects_and_an_early_one_may_change_them(tmp_path: Path, folder: Path) -> None:
    """As modules do that tag hosts by their address."""
    (folder / "tagging.py").write_text(
        PACKAGE
        + dedent("""
            def quit(self):
                print("let go")

            def hook_early_configuration(self, arbiter):
                for each in arbiter.conf.hosts:
                    if not each.is_tpl():
                        each.poller_tag = 'dmz'
                        each.customs['_SITE'] = 'Lyon'
                        each.max_check_attempts = each.__dict__.get('max_check_attempts', 6) + 1
                arbiter.conf.hosts.find_by_name('web').address = '10.0.0.1'

            def hook_late_configuration(self, arbiter):
                print("linked", sorted((each.host_name, each.poller_tag) for each in arbiter.conf.hosts))
                arbiter.conf.hosts[0].address = 'too late'
            """).replace("\n", "\n    ")
    )
    cluster = site(tmp_path, folder, "tagging", arbiter="modules = cmdb")
    text = cluster.environment.read_text()
    tags = "[daemon.poller-master]\npoller_tags = None,dmz\n"
    cluster.environment.write_text(text.replace("[daemon.poller-master]\n", tags))
    with stopping(cluster):
        programs.start(cluster, "arbiter-master")
        wait_until_listening(cluster, "arbiter-master")
        wait_for(lambda: cluster.ask("arbiter-master", "have_conf"), 20, "the configuration")
        found = hosts(cluster)
        log = cluster.log("arbiter-master")

    assert {each["poller_tag"] for each in found.values()} == {"dmz"}
    assert {each["max_check_attempts"] for each in found.values()} == {7}
    assert {name: each["address"] for name, each in found.items()} == {
        "from-file": "127.0.0.1",
        "web": "10.0.0.1",
        "db": "db",
    }
    assert found["from-file"]["customs"] == {"_SITE": "Lyon"}
    assert found["from-file"]["imported_from"].startswith(str(cluster.folder / "etc" / "objects.cfg"))
    assert "linked [('db', 'dmz'), ('from-file', 'dmz'), ('web', 'dmz')]" in log
    assert "hook_late_configuration changed objects: it comes too late" in log
    assert "module cmdb: let go" in log
