"""Which modules a daemon is to load, and with which options."""

from __future__ import annotations

from alignak.config.diagnostics import Diagnostics
from alignak.config.environment import Environment, read_environment
from alignak.config.modules import are_in_sections, names_of, wanted_by
from alignak.config.parser import parse
from tests.support.configurations import BASE, INI, MemoryFiles, errors, loaded

SECTIONS = """
[DEFAULT]
statsd_prefix = site
log_level =
workdir = /run
[daemon.a]
type = arbiter
name = arbiter-1
modules = cmdb, inner-retention, off, old
[module.inventory]
name = cmdb
python_name = inventory
types = import, live
modules = helper
colour = red
[module.helper]
python_name = helping
[module.off]
python_name = off
enabled = 0
"""


def environment(text: str = SECTIONS) -> Environment:
    """Read an environment file."""
    return read_environment("/etc/a/alignak.ini", MemoryFiles({"/etc/a/alignak.ini": text}))


def test_a_module_gets_its_options_and_what_default_says_of_modules() -> None:
    (found,) = wanted_by(environment(), "arbiter-1", [])

    assert (found.module.name, found.module.python_name) == ("cmdb", "inventory")
    assert found.module.types == ("import", "live")
    assert found.module.options["colour"] == "red"
    assert found.module.options["statsd_prefix"] == "site"
    assert not {"log_level", "workdir"} & found.module.options.keys()
    assert [each.name for each in found.nested] == ["helper"]
    assert str(found.place) == "/etc/a/alignak.ini:12"


def test_a_module_of_an_object_file_is_found_by_its_alias() -> None:
    text = "define module{\nmodule_alias old\npython_name oldies\nmodule_type import\nport 1\n}\n"
    definitions = parse(text, "main.cfg", Diagnostics()).definitions

    found = wanted_by(environment(), "arbiter-1", definitions)[1]

    assert (found.module.name, found.module.python_name, found.module.types) == ("old", "oldies", ("import",))
    assert found.module.options["port"] == "1"
    assert str(found.place) == "main.cfg:1"


def test_what_daemons_do_themselves_and_what_is_off_is_not_loaded() -> None:
    assert names_of(environment(), "arbiter-1") == ("cmdb", "old")
    assert names_of(environment(), "somebody") == ()


def test_object_files_are_read_for_modules_only_when_sections_lack_one() -> None:
    assert are_in_sections(environment(), ["cmdb"])
    assert not are_in_sections(environment(), ["cmdb", "old"])


def test_a_nested_module_that_does_not_exist_is_an_error() -> None:
    ini = INI + "[module.web]\npython_name=w\nmodules=helpr\n[module.helper]\npython_name=h\n"

    assert errors(loaded(BASE, ini)) == [
        "[module::web] the module 'helpr' for the module 'web' is unknown, did you mean 'helper'?; from:"
        " /etc/a/alignak.ini:19"
    ]
