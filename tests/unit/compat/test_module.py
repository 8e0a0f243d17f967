"""The class that modules derive from and the section they get: what packages on PyPI take for granted."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

import alignak.basemodule
import alignak.objects.module
from alignak.basemodule import BaseModule
from alignak.objects.module import Module


@pytest.fixture
def _handlers() -> Iterator[None]:
    """Give back the handlers of signals."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP)
    before = [(each, signal.getsignal(each)) for each in numbers]
    yield
    for number, handler in before:
        signal.signal(number, handler)


def section(**options: object) -> Module:
    """Make the section of a module."""
    found = Module({"name": "cmdb", "python_name": "inventory", **options})
    found.properties = {"type": "inventory", "external": False, "phases": ["configuration"]}
    return found


def test_every_option_is_an_attribute_and_keeps_its_text() -> None:
    found = section(port="7770", colour="red", types="a, b")

    assert (found.port, found.colour, found.module_types) == ("7770", "red", ["a", "b"])
    assert found.get_name() == found.module_alias == "cmdb"
    assert getattr(found, "absent", "default") == "default"
    with pytest.raises(AttributeError, match="the module cmdb has no option 'absent'"):
        _ = found.absent


def test_the_defaults_are_those_modules_know() -> None:
    found = section()

    assert (found.log_level, found.statsd_host, found.statsd_port, found.modules) == ("INFO", "localhost", 8125, [])
    assert found.enabled is True
    assert getattr(found, "statsd_enabled", "0") == "0"


def test_a_module_has_the_attributes_of_its_base_class() -> None:
    found = BaseModule(section(kill_delay="5"))

    assert (found.name, found.alias, found.get_name()) == ("cmdb", "cmdb", "cmdb")
    assert found.props == found.properties == {"type": "inventory", "external": False, "phases": ["configuration"]}
    assert (found.is_external, found.phases, found.interrupted, found.kill_delay) == (
        False,
        ["configuration"],
        False,
        5,
    )
    assert (found.process, found.to_q, found.from_q, found.init_try, found.loaded_into) == (
        None,
        None,
        None,
        0,
        "unknown",
    )
    assert found.init() is True
    found.set_loaded_into("arbiter")
    assert found.loaded_into == "arbiter"


@pytest.mark.usefixtures("_handlers")
def test_a_signal_tells_a_module_to_end_and_a_hang_up_does_not() -> None:
    found = BaseModule(section())
    found.set_exit_handler()

    os.kill(os.getpid(), signal.SIGHUP)
    assert found.interrupted is False
    os.kill(os.getpid(), signal.SIGTERM)
    assert found.interrupted is True


def test_the_public_names_are_where_packages_import_them_from() -> None:
    assert alignak.basemodule.__all__ == ["BaseModule"]
    assert alignak.objects.module.__all__ == ["Module"]
