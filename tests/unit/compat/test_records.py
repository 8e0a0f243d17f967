"""The configuration as hooks of old modules see it, and what they change of it."""

from __future__ import annotations

from typing import Any

from alignak.compat.records import Conf, Daemon, changes, is_resized
from alignak.modules.interface import Change, Surroundings

OBJECTS: dict[str, list[dict[str, Any]]] = {
    "hosts": [
        {"name": "linux", "register": "0"},
        {
            "host_name": "web",
            "use": "linux",
            "contacts": "bob,eve",
            "max_check_attempts": "3",
            "notifications_enabled": "0",
            "check_interval": "often",
            "parents": "+gate",
            "_OS": "Debian",
        },
    ],
    "services": [{"service_description": "ssh", "host_name": "web"}],
}


def test_directives_are_attributes_of_the_types_they_are_of() -> None:
    conf = Conf(OBJECTS)
    web = conf.hosts[1]

    assert (web.host_name, web.max_check_attempts, web.notifications_enabled) == ("web", 3, False)
    assert web.contacts == ["bob", "eve"]
    assert (web.check_interval, web.parents) == ("often", "+gate")
    assert web.customs == {"_OS": "Debian"}
    assert conf.services[0].get_name() == "ssh"
    assert [each.is_tpl() for each in conf.hosts] == [True, False]
    assert conf.hosts.find_by_name("web") is web
    assert conf.hosts.find_by_name("linux") is conf.hosts[0]
    assert list(conf.contacts) == []


def test_what_a_hook_changes_is_found_and_nothing_else() -> None:
    conf = Conf(OBJECTS)
    assert list(changes(conf, OBJECTS)) == []

    web = conf.hosts[1]
    web.contacts.append("joe")
    web.poller_tag = "dmz"
    web.customs["_SITE"] = "Lyon"
    del web.customs["_OS"]
    web.max_check_attempts = 3
    del web.parents

    assert list(changes(conf, OBJECTS)) == [
        Change(
            "hosts",
            1,
            {"contacts": ["bob", "eve", "joe"], "poller_tag": "dmz", "_SITE": "Lyon", "_OS": None, "parents": None},
        )
    ]
    assert not is_resized(conf, OBJECTS)


def test_objects_that_a_hook_adds_are_noticed() -> None:
    conf = Conf(OBJECTS)
    conf.hosts.pop()

    assert is_resized(conf, OBJECTS)
    assert list(changes(conf, OBJECTS)) == []


def test_the_arbiter_says_who_it_is() -> None:
    daemons = {"pollers": [{"poller_name": "p1", "address": "10.0.0.1"}]}
    found = Daemon(Surroundings("arbiter-1", verify_only=True, pid_file="/run/a.pid", objects=daemons))

    assert (found.arbiter_name, found.name, found.type) == ("arbiter-1", "arbiter-1", "arbiter")
    assert (found.verify_only, found.pidfile, found.external_commands) == (True, "/run/a.pid", [])
    assert [each.address for each in found.conf.pollers] == ["10.0.0.1"]
