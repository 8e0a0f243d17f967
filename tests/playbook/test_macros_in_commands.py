"""What stands in a command line when it is run: the values of that moment (engine.md 4.14)."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.engine.perfdata import parse_perfdata
from alignak.messages.work import Order, Work
from alignak.model.objects import Command, CommandCall, Group
from tests.support.playbook import Playbook
from tests.support.sites import ACTIVE, PASSIVE, Site


def play_with(line: str, *, arguments: tuple[str, ...] = (), **settings: object) -> Playbook:
    """Return two hosts of a group, whose first service is checked by a command line."""
    site = Site(**settings).host("web", **PASSIVE).host("db", **PASSIVE)
    site.service("web", "http", command="other", **ACTIVE).service("web", "load", **PASSIVE)
    site.service("db", "sql", **PASSIVE)
    site.hosts = [replace(each, groups=("front",)) for each in site.hosts]
    site.hosts[0] = replace(site.hosts[0], customs={"_RACK": "r7"})
    site.services[0] = replace(site.services[0], customs={"_PORT": "80"}, check_command=CommandCall("other", arguments))
    site.hostgroups.append(Group("front", "Front", members=("db", "web")))
    site.contacts[0] = replace(site.contacts[0], customs={"_DESK": "12"}, email="a@b")
    part = site.part()
    commands = [each for each in part.objects.commands if each.name not in ("other", "notify-service")]
    mine = (Command("other", line), Command("notify-service", line if "NOTIFICATION" in line else "/bin/tell"))
    objects = replace(part.objects, commands=(*commands, *mine))
    return Playbook(replace(part, macros={"USER1": "/opt", "USER2": "$USER1$/lib"}, objects=objects))


def words(line: str, *arguments: str) -> list[str]:
    """Return the words of a check as they are run."""
    return list(order(play_with(line, arguments=arguments)).argv[1:])


def order(play: Playbook) -> Order:
    """Return the order that checks the service."""
    play.until_checked("web;http")
    return play.checks[play.item("web;http").key]


def test_macros_stand_in_macros_and_what_nobody_provides_is_empty() -> None:
    """engine.md 4.14 "resolution"."""
    assert words("/c $USER2$/x '$NOSUCHTHING$' '$ARG1$' '$ARG2$'", "$HOSTNAME$-1") == ["/opt/lib/x", "", "web-1", ""]
    assert order(play_with("/c 'costs 5$$'")).argv == ("/c 'costs 5$'",)


def test_a_command_is_given_how_its_objects_are_at_that_moment() -> None:
    """engine.md 4.14 "objects"."""
    play = play_with("/c $HOSTNAME$ $HOSTADDRESS$ $SERVICEDESC$ $SERVICESTATE$ $SERVICESTATETYPE$ $SERVICEATTEMPT$")
    assert order(play).argv[1:] == ("web", "127.0.0.1", "http", "OK", "HARD", "0")
    play.outcome("web;http", 2)
    assert order(play).argv[1:] == ("web", "127.0.0.1", "http", "CRITICAL", "HARD", "1")


def test_a_message_says_what_it_is_and_to_whom_it_goes() -> None:
    """engine.md 4.14 "notification"."""
    line = (
        "/tell $NOTIFICATIONTYPE$ $NOTIFICATIONNUMBER$ $NOTIFICATIONRECIPIENTS$ $CONTACTNAME$ $CONTACTEMAIL$ $HOSTNAME$"
    )
    play = play_with(line)
    play.until_checked("web;http")
    play.outcome("web;http", 2)
    (sent,) = [each for each in play.sent if each.work is Work.NOTIFICATION]
    assert sent.argv == ("/tell", "PROBLEM", "1", "admin", "admin", "a@b", "web")


def test_groups_and_the_whole_have_macros_too() -> None:
    """engine.md 4.14 "groups", "global"."""
    line = "/c $HOSTGROUPNAME$ $HOSTGROUPALIAS$ $HOSTGROUPMEMBERS$ $TOTALHOSTS$ $TOTALSERVICES$ $TOTALSERVICEPROBLEMS$"
    play = play_with(line)
    play.passive("db;sql", 2)
    assert order(play).argv[1:] == ("front", "Front", "db,web", "2", "3", "1")
    assert words("/c $ALIGNAK$ $USER1$ '$LONGDATETIME$'")[:2] == ["test", "/opt"]


def test_custom_variables_are_macros_and_commands_change_them() -> None:
    """engine.md 4.14 "custom"."""
    play = play_with("/c $_HOSTRACK$ $_SERVICEPORT$ '$_SERVICENONE$'")
    assert order(play).argv[1:] == ("r7", "80", "")
    play.outcome("web;http", 0)
    play.command("CHANGE_CUSTOM_SVC_VAR;web;http;_PORT;8080")
    assert order(play).argv[2] == "8080"


def test_a_command_may_ask_for_another_object() -> None:
    """engine.md 4.14 "on demand"."""
    play = play_with(
        "/c $HOSTSTATE:db$ $SERVICESTATE:db:sql$ $SERVICESTATE::load$ $HOSTSTATEID:front,-$ $HOSTSTATE:gone$"
    )
    play.passive("db", 1)
    play.passive("web;load", 1)
    assert order(play).argv[1:] == ("DOWN", "OK", "WARNING", "1-0", "n/a")


def test_the_environment_has_all_macros_where_it_is_wanted_and_never_what_is_secret() -> None:
    """engine.md 4.14 "environment"."""
    assert not order(play_with("/c")).environment
    told = order(play_with("/c", enable_environment_macros=True)).environment
    names = ("ALIGNAK_HOSTNAME", "ALIGNAK_SERVICEDESC", "ALIGNAK__HOSTRACK", "ALIGNAK__SERVICEPORT")
    assert [told[name] for name in names] == ["web", "http", "r7", "80"]
    assert not any("USER1" in name or "/opt" in str(value) for name, value in told.items())
    other = order(play_with("/c", enable_environment_macros=True, env_variables_prefix="NAGIOS_")).environment
    assert other["NAGIOS_HOSTNAME"] == "web"


def test_what_a_plugin_measured_is_kept_and_can_be_read_one_by_one() -> None:
    """engine.md 4.11 "metric parser"."""
    play = play_with("/c")
    order(play)
    play.outcome("web;http", 0, "fine | 'free space'=12.5MB;20;10;0;100 cpu=7%;80;90 'été'=1c nothing")
    found = parse_perfdata(play.item("web;http").state.perf_data)
    assert [(each.name, each.value, each.uom) for each in found] == [
        ("free space", 12.5, "MB"),
        ("cpu", 7, "%"),
        ("été", 1, "c"),
    ]
    assert [(each.min, each.max) for each in found] == [(0, 100), (0, 100), (None, None)]
    assert parse_perfdata("") == ()
