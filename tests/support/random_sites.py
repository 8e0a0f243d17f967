"""Sites in the language Nagios and we share, of any seed: templates, groups, dependencies, escalations at random.

``tests/integration/test_debian_sample.py`` has both engines read them. They have nothing of the little that Nagios
and the configurations of Shinken and Alignak mean differently: no service names contacts without contact groups or the
other way round while its host has both.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final

HOSTS: Final = 40
CHAINS: Final = (
    "machine",
    "quick,machine",
    "lonely,machine",
    "machine,quick",
    "grouped,machine",
    "machine,grouped",
    "quick,grouped,machine",
)
"""What hosts use."""

REPLACED: Final = "on-group-1"
"""A service on a group that some hosts of it have a definition of their own for; in no group of services, because
Nagios leaves what is replaced in its groups."""

BASE: Final = """
define command {
    command_name    check
    command_line    /bin/true $ARG1$ \\
                    $ARG2$
}
define command {
    command_name    notify  ; by mail
    command_line    /usr/bin/mail -s "$HOSTNAME$\\; $SERVICEDESC$" $CONTACTEMAIL$
}
define timeperiod {
    timeperiod_name always
    alias           Always
    sunday          00:00-24:00
    monday          00:00-24:00
    tuesday         00:00-24:00
    wednesday       00:00-24:00
    thursday        00:00-24:00
    friday          00:00-24:00
    saturday        00:00-24:00
}
define timeperiod {
    timeperiod_name work
    alias           Work
    monday          08:00-12:00,13:00-17:30
    december 25     00:00-00:00
    2027-01-01      00:00-00:00
    monday 1 september 09:00-17:00
    day 1 - 15      09:00-10:00
    2026-11-01 / 3  10:00-11:00
}
define contact {
    name                            person
    register                        0
    host_notification_period        always
    service_notification_period     always
    host_notification_options       d,u,r
    service_notification_options    w,u,c,r
    host_notification_commands      notify
    service_notification_commands   notify
}
define host {
    name                    machine
    register                0
    check_command           check!-H $HOSTADDRESS$
    check_period            always
    check_interval          5
    retry_interval          1
    max_check_attempts      3
    notification_period     always
    notification_interval   60
    contact_groups          team-0
    _SITE                   paris
}
define host {
    name                    quick
    register                0
    check_interval          1
    max_check_attempts      5
    contact_groups          +team-1
}
define host {
    name                    lonely
    register                0
    hostgroups              null
}
define host {
    name                    grouped
    register                0
    hostgroups              group-0,group-1
    parents                 host-00
    _SITE                   lyon
    _FLOOR                  3
}
define service {
    name                    bare
    register                0
    check_period            always
    check_interval          7
    retry_interval          2
    max_check_attempts      4
}
define service {
    name                    everywhere
    use                     bare
    register                0
    hostgroup_name          group-4
    _DOC                    runbook
}
define service {
    name                    thing
    register                0
    check_period            always
    check_interval          5
    retry_interval          1
    max_check_attempts      3
    notification_period     always
    notification_interval   60
    contact_groups          team-1
}
define service {
    name                    urgent
    use                     thing
    register                0
    check_interval          1
    notification_interval   10
    contact_groups          +team-2
}
"""
"""What every site has."""


class _Site:
    """One site while it is being written."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._hosts = [f"host-{number:02}" for number in range(HOSTS)]
        self._groups = [f"group-{number}" for number in range(6)]
        self._parts = [BASE]

    def text(self) -> str:
        """Return the definitions."""
        self._people()
        self._machines()
        self._things()
        self._relations()
        return "".join(self._parts)

    def _define(self, type_: str, values: Mapping[str, object]) -> None:
        lines = "".join(f"    {key}   {value}\n" for key, value in values.items())
        self._parts.append(f"define {type_} {{\n{lines}}}\n")

    def _some(self, names: Sequence[str], most: int) -> str:
        return ",".join(self._chance.sample(names, self._chance.randint(1, most)))

    def _people(self) -> None:
        people = [f"person-{number}" for number in range(7)]
        for each in people:
            self._define("contact", {"use": "person", "contact_name": each, "email": f"{each}@example.org"})
        for number in range(3):
            team = {"contactgroup_name": f"team-{number}", "alias": number, "members": self._some(people, 4)}
            self._define("contactgroup", team | ({"contactgroup_members": "team-0"} if number == 2 else {}))

    def _machines(self) -> None:
        """Write hosts, some below others, and groups that name hosts, groups, everything and exceptions."""
        for number, each in enumerate(self._hosts):
            values: dict[str, object] = {"use": self._chance.choice(CHAINS if number > 3 else CHAINS[:4])}
            values |= {"host_name": each, "alias": each, "address": f"192.0.2.{number}"}
            if number and self._chance.random() < 0.5:
                values["parents"] = self._some(self._hosts[:number], min(2, number))
            if self._chance.random() < 0.5:
                values["hostgroups"] = self._chance.choice(("", "+")) + self._some(self._groups, 2)
            if self._chance.random() < 0.3:
                values |= {
                    "_SITE": "rome",
                    "_OWN": number,
                    "contact_groups": self._chance.choice(("+team-2", "team-2")),
                }
            if self._chance.random() < 0.2:
                values |= {"notification_interval": 15, "notification_period": "work"}
            self._define("host", values)
        for number, each in enumerate(self._groups):
            values = {"hostgroup_name": each, "alias": each, "members": self._some(self._hosts, 8)}
            self._define("hostgroup", values | ({"hostgroup_members": self._groups[number - 1]} if number == 3 else {}))
        self._define("hostgroup", {"hostgroup_name": "everything", "alias": "all", "members": "*"})
        self._define("hostgroup", {"hostgroup_name": "most", "alias": "m", "members": f"*,!{self._hosts[7]}"})
        self._define("hostgroup", {"hostgroup_name": "nothing", "alias": "none yet"})

    def _things(self) -> None:
        """Write services on hosts, on lists of them, on groups, on all but some, and groups of services."""
        for number in range(4):
            where = self._some(self._hosts, 12)
            self._service(f"on-host-{number}", {"host_name": f"{self._hosts[0]},{self._hosts[1]},{where}"})
        for number in range(4):
            self._service(f"on-group-{number}", {"hostgroup_name": self._some(self._groups, 3)})
        self._service("on-all", {"host_name": "*"})
        self._service("on-most", {"hostgroup_name": "everything", "host_name": f"!{self._hosts[3]},!{self._hosts[4]}"})
        self._service("on-both", {"hostgroup_name": self._groups[2], "host_name": self._hosts[5]})
        self._service("on-some", {"hostgroup_name": f"{self._groups[3]},!{self._groups[1]}"})
        self._service("on-group-of-template", {}, "everywhere")
        self._service("on-group-beside-template", {"host_name": self._hosts[6]}, "everywhere")
        self._service("like-its-host", {"hostgroup_name": self._groups[5]}, "bare")
        for each in self._chance.sample(self._hosts, 4):
            self._service(REPLACED, {"host_name": each, "check_interval": "9"}, "bare")
        members = f"{self._hosts[0]},on-host-0,{self._hosts[1]},on-host-1"
        self._define("servicegroup", {"servicegroup_name": "named", "alias": "named", "members": members})
        self._define("servicegroup", {"servicegroup_name": "joined", "alias": "joined"})
        self._define(
            "servicegroup", {"servicegroup_name": "both", "alias": "b", "servicegroup_members": "named,joined"}
        )

    def _service(self, description: str, where: Mapping[str, str], template: str = "") -> None:
        use = template or self._chance.choice(("thing", "urgent"))
        values = {"use": use, "service_description": description, **where}
        values["check_command"] = f"check!{description}!{self._chance.randint(1, 9)}"
        if description != REPLACED and self._chance.random() < 0.4:
            values["servicegroups"] = "joined"
        self._define("service", values)

    def _relations(self) -> None:
        """Write dependencies and escalations of hosts and services."""
        first, second, *others = self._hosts
        criteria = {"execution_failure_criteria": "d,u", "notification_failure_criteria": "d,u"}
        dependents = {"host_name": first, "dependent_host_name": self._some(others, 5)}
        self._define("hostdependency", {**dependents, **criteria})
        dependents = {"host_name": second, "dependent_host_name": self._some(others, 5)}
        self._define("hostdependency", {**dependents, "notification_failure_criteria": "d"})
        on = {"host_name": first, "service_description": "on-host-0", "dependent_service_description": "on-host-1"}
        criteria = {"execution_failure_criteria": "w,c", "notification_failure_criteria": "w,u,c"}
        self._define("servicedependency", {**on, "dependent_host_name": second, **criteria})
        on |= {"dependent_service_description": "on-all", "dependent_host_name": self._some(others, 5)}
        self._define("servicedependency", {**on, "execution_failure_criteria": "u"})
        among = {"service_description": "on-all", "dependent_service_description": "on-most"}
        self._define("servicedependency", {**among, "host_name": self._some(others[3:], 3), **criteria})
        self._define("hostgroup", {"hostgroup_name": "uplinks", "alias": "u", "members": f"{others[0]},{others[1]}"})
        self._define("hostgroup", {"hostgroup_name": "racks", "alias": "r", "members": self._some(others[20:], 6)})
        groups = {"hostgroup_name": "uplinks", "dependent_hostgroup_name": "racks"}
        self._define("hostdependency", {**groups, "execution_failure_criteria": "o,d", "inherits_parent": 1})
        steps = {"first_notification": 2, "last_notification": 4, "notification_interval": 30}
        self._define("hostescalation", {"host_name": self._some(others, 6), "contact_groups": "team-2", **steps})
        self._define("hostescalation", {"hostgroup_name": self._groups[1], "contacts": "person-0", **steps})
        below = {"host_name": first, "service_description": "on-host-0", "contact_groups": "team-1"}
        self._define("serviceescalation", {**below, **steps})
        below = {"host_name": self._some(others, 5), "service_description": "on-all", "contacts": "person-1"}
        self._define("serviceescalation", {**below, **steps})


def random_site(seed: int) -> str:
    """Return the definitions of the site of a seed."""
    return _Site(seed).text()
