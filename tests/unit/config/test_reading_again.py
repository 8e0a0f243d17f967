"""What a reload takes over from the run before it: never anything that is not so any more."""

from __future__ import annotations

import pytest

from alignak.base.codec import digest
from alignak.config.compile import Loaded, load
from alignak.config.environment import read_environment
from alignak.config.includes import Library
from tests.support.configurations import BASE, INI, MemoryFiles

FILES = {
    "/etc/a/alignak.ini": INI,
    "/etc/a/main.cfg": BASE + "cfg_dir=objects\n",
    "/etc/a/objects/hosts.cfg": "".join(
        f"define host{{\nuse generic-host\nhost_name {name}\nalias A {name}\n}}\n" for name in "abc"
    ),
    "/etc/a/objects/services.cfg": "".join(
        f"define service{{\nuse generic-service\nhost_name {name}\nservice_description S\ncheck_interval 5\n}}\n"
        for name in "abc"
    ),
    "/etc/a/objects/templates.cfg": "define host{\nname other\nregister 0\nnotes one\n}\n",
    "/etc/a/objects/groups.cfg": """
define hostgroup{
hostgroup_name g
members a,b
}
define service{
use generic-service
hostgroup_name g
service_description G
}
define service{
use generic-service
hostgroup_name g
service_description D $KEY$
duplicate_foreach _disks
}
define service{
name on-other
use generic-service
host_name other
service_description T
register 0
}
define servicegroup{
servicegroup_name sg
members a,G
}
define contact{
contact_name second
}
""",
}


def run(files: dict[str, str], library: Library | None = None) -> Loaded:
    tree = MemoryFiles(files)
    return load(read_environment("/etc/a/alignak.ini", tree), tree, library=library)


def of_host(name: str, line: str) -> tuple[str, str, str]:
    return "hosts", f"alias A {name}", f"alias A {name}\n{line}"


CHANGES = {
    "a host has more disks": of_host("a", "_disks /,/var"),
    "a host wants fewer services": of_host("a", "service_excludes G"),
    "a host wants certain services": of_host("b", "service_includes S"),
    "a host changes a service": of_host("a", "service_overrides G,check_interval 7"),
    "a host joins a group": of_host("c", "hostgroups g"),
    "a host has other contacts": of_host("a", "contacts second"),
    "a host has another interval": of_host("b", "check_interval 11"),
    "a host has a tag": of_host("b", "poller_tag dmz"),
    "a host has a rule": of_host("b", "check_command bp_rule!a & c"),
    "a rule changes its leaves": of_host(
        "b", "check_command bp_rule!a,G\nbusiness_rule_service_notification_options c"
    ),
    "a host has a remark": of_host("b", "parents nobody"),
    "a line stands within a definition": of_host("b", "\n# this one\n_more lines"),
    "services have further information": (
        "groups",
        "define contact{",
        "define serviceextinfo{\nhost_name a\nservice_description G\nnotes more\n}\ndefine contact{",
    ),
    "a service is in another group": ("groups", "members a,G", "members b,G"),
    "a group has other members": ("groups", "members a,b", "members b,c"),
    "a contact changes": ("groups", "contact_name second", "contact_name second\nemail a@example.org"),
    "a service escalates": (
        "groups",
        "define contact{",
        "define serviceescalation{\nhost_name a\nservice_description G\nfirst_notification 2\nlast_notification 3\n"
        "contacts second\n}\ndefine contact{",
    ),
    "nothing": ("hosts", "", ""),
    "a host": ("hosts", "alias A b", "alias another"),
    "a line moves all that follow": (
        "hosts",
        "define host{\nuse generic-host\nhost_name a",
        "\n\ndefine host{\nhost_name a",
    ),
    "a service leaves its host": ("services", "host_name c", "host_name a,b"),
    "a template that nobody used is used": (
        "hosts",
        "use generic-host\nhost_name b",
        "use other,generic-host\nhost_name b",
    ),
    "a template changes": ("templates", "notes one", "notes two\nuse generic-host"),
    "a host goes": ("hosts", "host_name c", "host_name d"),
    "a definition has a mistake": ("services", "check_interval 5", "check_interval five"),
    "an old directive": ("services", "check_interval 5", "normal_check_interval 5"),
    "a template is unknown": ("hosts", "use generic-host\nhost_name b", "use generic-hots\nhost_name b"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_tree_means_the_same_whether_it_is_read_the_first_time_or_again(change: str) -> None:
    name, old, new = CHANGES[change]
    path = f"/etc/a/objects/{name}.cfg"
    changed = {**FILES, path: FILES[path].replace(old, new)}
    library = Library()
    assert run(FILES, library) == run(FILES)
    assert run(changed, library) == run(changed)
    assert run(changed, library) == run(changed), "what is wrong is said each time"
    assert run(FILES, library) == run(FILES)


def test_a_file_that_says_what_it_said_is_not_parsed_again() -> None:
    library = Library()
    run(FILES, library)
    run(FILES, library)
    path, text = "/etc/a/objects/hosts.cfg", FILES["/etc/a/objects/hosts.cfg"]
    kept = library.find(path, digest(text.encode()))
    assert kept is not None, "kept over two runs"
    without = {key: value for key, value in FILES.items() if key != path}
    run(without, library)
    run(without, library)
    assert library.find(path, digest(text.encode())) is None, "and forgotten with its file"
