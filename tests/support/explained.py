"""A site in which values come to objects in every way there is, for the tests of explanations and comparisons."""

from __future__ import annotations

from alignak.config.environment import read_environment
from alignak.config.explain import Explainer, Property, read
from alignak.config.origins import How
from tests.support.configurations import INI, MemoryFiles

Line = tuple[How, str, str]

POOL = INI.replace("type=poller", "type=poller\npoller_tags=None,dmz")
MACROS = "[pack.x]\n_PLUGINS=/usr/lib/plugins\n_SNMPCOMMUNITY=s3cr3t-ro\n"

PEOPLE = """
define command{
    command_name    check_web
    command_line    $USER1$/check_http -H $HOSTADDRESS$ -p $ARG1$ -u $_SERVICEURL$ -C $SNMPCOMMUNITY$ -t $ARG2$
}
define command{
    command_name    check_up
    command_line    $PLUGINS$/check_ping -H $HOSTADDRESS$ -k $_HOSTPASSWORD$ $HOSTSTATE$
}
define command{
    command_name    restart
    command_line    /bin/restart $HOSTNAME$ $SERVICEDESC$ $SERVICESTATE$
}
define command{
    command_name    mail
    command_line    /bin/mail
}
$USER1$=/opt/us3r-one
global_host_event_handler=restart

define timeperiod{
    timeperiod_name     always
    monday              00:00-24:00
    tuesday             00:00-24:00
    wednesday           00:00-24:00
    thursday            00:00-24:00
    friday              00:00-24:00
    saturday            00:00-24:00
    sunday              00:00-24:00
}
define timeperiod{
    timeperiod_name     office
    monday              08:00-12:00,13:00-18:00
    2026-12-01 - 2026-12-24 / 2     09:00-10:00
}
define notificationway{
    notificationway_name            by-day
    host_notification_period        office
    service_notification_period     office
    host_notification_options       d,u,r
    service_notification_options    c,r
    host_notification_commands      mail
    service_notification_commands   mail
    min_business_impact             3
}
define contact{
    contact_name                    bob
    contactgroups                   ops
    notificationways                by-day
}
define contact{
    contact_name                    amy
    host_notification_commands      mail
    service_notification_commands   mail
    host_notification_options       d,r
    service_notification_options    w,c,r
    host_notification_period        always
    service_notification_period     always
}
define contactgroup{
    contactgroup_name   ops
}
"""

HOSTS = """
define host{
    name                    base
    register                0
    check_command           check_up
    check_period            always
    notification_period     always
    check_interval          5
    contacts                bob
    notes                   from base
    poller_tag              dmz
    _PASSWORD               hunter2
}
define host{
    name                    linux
    register                0
    use                     base
    contacts                +amy
    max_check_attempts      4
}
define host{
    host_name               router
    use                     base
    notes                   null
}
define host{
    host_name               web-1
    use                     linux
    address                 192.0.2.7
    parents                 router
    hostgroups              fronts
    service_overrides       http,check_interval 9
    service_overrides       http,_TOKEN t0ps3cret
    _DISKS                  /var $(90)$, /home $(80)$
}
define hostgroup{
    hostgroup_name          fronts
}
define hostgroup{
    hostgroup_name          everything
    members                 router
    hostgroup_members       fronts
}
define hostextinfo{
    host_name               web-1
    icon_image              web.png
}
"""

SERVICES = """
define service{
    name                    probe
    register                0
    check_command           check_web!80
    max_check_attempts      2
    notification_options    w,c,r
    _URL                    /status
}
define service{
    hostgroup_name          fronts
    service_description     http
    use                     probe
    check_interval          3
    merge_host_contacts     1
    contacts                amy
    servicegroups           visible
}
define service{
    hostgroup_name          fronts
    service_description     disk $KEY$
    use                     probe
    check_command           check_web!$VALUE1$!
    duplicate_foreach       _DISKS
}
define service{
    host_name               router
    service_description     ports
    use                     probe
    notification_period     null
}
define serviceextinfo{
    host_name               web-1
    service_description     http
    notes                   from extinfo
}
define servicedependency{
    host_name                           router
    service_description                 ports
    dependent_host_name                 web-1
    dependent_service_description       http
    execution_failure_criteria          c
    notification_failure_criteria       w,c
}
define escalation{
    escalation_name         later
    host_name               web-1
    service_description     http
    first_notification      3
    last_notification       0
    contacts                bob
}
define service{
    host_name               router
    service_description     shop
    use                     probe
    check_command           bp_rule!2 of: web-1,http & router,ports & web-1
    business_rule_service_notification_options      u
}
"""

SITE = PEOPLE + HOSTS + SERVICES


def explainer(objects: str = SITE, ini: str = POOL + MACROS) -> Explainer:
    """Return who explains an installation whose main object file has this text."""
    files = MemoryFiles({"/etc/a/alignak.ini": ini, "/etc/a/main.cfg": objects})
    return read(read_environment("/etc/a/alignak.ini", files), files)


def line_of(objects: str, text: str, after: str = "") -> str:
    """Return the place of the first line that holds a text, behind the first one that holds another."""
    lines = objects.split("\n")
    start = next(at for at, line in enumerate(lines) if after in line)
    number = next(at for at, line in enumerate(lines) if text in line and at >= start)
    return f"/etc/a/main.cfg:{number + 1}"


def told(explained: Explainer, kind: str, name: str, key: str) -> Property:
    """Return one property of an object."""
    found = explained.explain(kind, name)
    assert found is not None, f"there is no {kind} {name}"
    return next(each for each in found.properties if each.name == key)


def lines(explained: Explainer, kind: str, name: str, key: str) -> list[Line]:
    """Return the lines a value comes from: how, the way through the templates or who else, and the place."""
    origins = told(explained, kind, name, key).origins
    return [(each.how, " <- ".join(each.chain) or each.who, str(each.place)) for each in origins]
