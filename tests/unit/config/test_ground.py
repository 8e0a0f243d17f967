"""When services are taken over as they were bound, and when they have to be looked for again."""

from __future__ import annotations

from alignak.config.compile import load
from alignak.config.environment import read_environment
from alignak.config.includes import Library
from alignak.config.services import Services
from tests.support.configurations import BASE, INI, MemoryFiles

HOSTS = """
define host{
use generic-host
host_name a
address 10.0.0.1
}
define host{
use generic-host
host_name b
address 10.0.0.2
}
"""
SERVICES = """
define service{
use generic-service
host_name a,b
service_description S
}
"""


def bound(library: Library, hosts: str, services: str = SERVICES) -> Services | None:
    """Read a site, and return the services it left to the next reading."""
    tree = MemoryFiles(
        {
            "/etc/a/alignak.ini": INI,
            "/etc/a/main.cfg": BASE + "cfg_dir=objects\n",
            "/etc/a/objects/hosts.cfg": hosts,
            "/etc/a/objects/services.cfg": services,
        }
    )
    load(read_environment("/etc/a/alignak.ini", tree), tree, library=library)
    return None if library.ground.bound is None else library.ground.bound.services


def test_an_address_or_an_interval_of_a_host_leaves_its_services_as_they_are_bound() -> None:
    library = Library()
    first = bound(library, HOSTS)
    assert first is not None
    assert bound(library, HOSTS.replace("10.0.0.2", "10.0.0.3")) is first
    assert bound(library, HOSTS.replace("address 10.0.0.2", "address 10.0.0.2\ncheck_interval 7")) is first


def test_another_host_choice_or_service_has_them_bound_again() -> None:
    library = Library()
    first = bound(library, HOSTS)
    assert bound(library, HOSTS.replace("host_name b", "host_name b\nservice_excludes S")) is not first
    assert bound(library, HOSTS, SERVICES.replace("a,b", "a")) is not first


def test_services_that_hosts_change_are_never_taken_over() -> None:
    library = Library()
    assert bound(library, HOSTS.replace("host_name b", "host_name b\nservice_overrides S,check_interval 7")) is None
