"""Macros say what administrators expect, and what came from outside never becomes part of a command."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from alignak.base.clock import Instant
from alignak.engine.macro_table import (
    CONTACT_MACROS,
    EMPTY_MACROS,
    GROUP_MACROS,
    HOST_MACROS,
    ITEM_MACROS,
    NOTIFICATION_MACROS,
    SERVICE_MACROS,
    TIME_MACROS,
    WORLD_MACROS,
    NotificationMacros,
)
from alignak.engine.macros import Words, action_words, check_order_words, expand
from alignak.engine.state import Acknowledgement, Item, ItemState, World
from alignak.model.objects import CommandCall
from alignak.model.settings import Settings
from alignak.model.states import StateType
from tests.support.worlds import NOW, world

TOLD = NotificationMacros("PROBLEM", 2, "e1-7", "admin,bob", False, "me", comment="see; $(there)")


@dataclass
class Desk:
    """A world with one command, and what is asked of it."""

    world: World
    item: Item

    def text(self, text: str) -> str:
        return expand(self.world, self.item, text, NOW, notification=TOLD, contact=self.world.contacts["admin"])

    def words(self, *arguments: str) -> Words:
        contact = self.world.contacts["admin"]
        return action_words(self.world, self.item, CommandCall("tell", arguments), NOW, TOLD, contact)


def desk(
    line: str = "/bin/tell",
    key: str = "web;http",
    macros: dict[str, str] | None = None,
    settings: Settings | None = None,
    **state: object,
) -> Desk:
    here = world({"tell": line}, settings, macros, {key: ItemState(**state)})  # type: ignore[arg-type]
    return Desk(here, here.items[key])  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$HOSTNAME$ $HOSTADDRESS$ $HOSTALIAS$", "web 192.0.2.2 Web server"),
        ("$SERVICEDESC$ is $SERVICESTATE$/$SERVICESTATETYPE$ ($SERVICESTATEID$)", "http is CRITICAL/HARD (2)"),
        ("$SERVICEOUTPUT$", "down; $(reboot)"),
        ("$STATUS$ $SHORTSTATUS$ $FULLNAME$", "CRITICAL C web/http"),
        ("$HOSTSTATE$ $HOSTSTATEID$", "UP 0"),
        ("$SERVICEATTEMPT$/$MAXSERVICEATTEMPTS$", "2/2"),
        ("$SERVICEDURATION$ $SERVICEDURATIONSEC$", "0d 1h 1m 5s 3665"),
        ("$SERVICEGROUPNAME$ $HOSTGROUPNAMES$ $HOSTGROUPALIAS$", "front network The network"),
        ("$SERVICECHECKCOMMAND$ $SERVICEBUSINESSIMPACT$", "check_x 2"),
        ("$CONTACTNAME$ $CONTACTEMAIL$ $CONTACTADDRESS1$", "admin root@localhost none"),
        ("$NOTIFICATIONTYPE$ $NOTIFICATIONNUMBER$ $NOTIFICATIONID$", "PROBLEM 2 e1-7"),
        ("$NOTIFICATIONAUTHOR$: $NOTIFICATIONCOMMENT$", "me: see; $(there)"),
        ("$_HOSTSITE$ $_HOSTURL$ $_CONTACTROOM$ $_SERVICENONE$", "north http://192.0.2.2/ 12 "),
        ("$TOTALHOSTS$ $TOTALSERVICES$ $TOTALSERVICESCRITICAL$ $TOTALSERVICEPROBLEMSUNHANDLED$", "2 3 1 1"),
        ("$TOTALHOSTSERVICES$ $TOTALHOSTSERVICESCRITICAL$", "2 1"),
        ("$LONGDATETIME$", "Tue Nov 14 22:13:20 UTC 2023"),
        ("$SHORTDATETIME$ $DATE$ $TIME$ $TIMET$", "14-11-2023 22:13:20 14-11-2023 22:13:20 1700000000"),
        ("$ALIGNAK$ $REALMNAME$ $HOSTREALM$", "My Alignak All All"),
        ("$USER1$/check $USER2$", "/opt/plugins/check "),
        ("100$$ $$HOSTNAME$$", "100$ $HOSTNAME$"),
        ("$NOSUCHMACRO$|$HOSTSTATE:nobody$", "|n/a"),
        ("$HOME and $5", "$HOME and $5"),
        ("$HOSTSTATE:router$ $HOSTALIAS:router$ $HOSTSTATE:nobody$", "UP Main router n/a"),
        ("$SERVICESTATE:web:load$ $SERVICESTATE::http$ $SERVICESTATE:web:none$", "OK CRITICAL n/a"),
        ("$HOSTSTATEID:network,;$ $SERVICESTATE:front, $", "0;0 CRITICAL OK"),
        ("$HOSTGROUPMEMBERS:network$ $HOSTGROUPALIAS:network$", "router,web The network"),
        ("$CONTACTEMAIL:admin$ $CONTACTNAME:admins,-$", "root@localhost admin"),
        ("$_HOSTSITE:router$ $_HOSTSITE:network,+$", "north north+north"),
    ],
)
def test_macros_say_what_they_stand_for(text: str, expected: str) -> None:
    here = desk(
        macros={"USER1": "$ROOT$/plugins", "ROOT": "/opt"},
        settings=Settings(use_timezone="UTC"),
        state="CRITICAL",
        attempt=2,
        output="down; $(reboot)",
        last_state_change=NOW.wall - 3665,
    )
    assert here.text(text) == expected


def test_every_macro_of_the_manual_is_known() -> None:
    here = desk()
    known = [HOST_MACROS, SERVICE_MACROS, ITEM_MACROS, CONTACT_MACROS, NOTIFICATION_MACROS, TIME_MACROS, WORLD_MACROS]
    names = [name for table in (*known, *GROUP_MACROS.values()) for name in table]
    assert len(set(names)) > 170
    for name in names:
        assert name not in here.text(f"${name}$")
    assert {here.text(f"${name}$") for name in EMPTY_MACROS} == {""}


def test_service_macros_of_a_host_and_notification_macros_of_a_check_are_not_available() -> None:
    here = desk(key="web")
    assert here.text("$SERVICESTATE$ $_SERVICEX$") == "n/a n/a"
    assert expand(here.world, here.item, "$NOTIFICATIONTYPE$ $CONTACTNAME$", NOW) == "n/a n/a"


def test_arguments_come_from_the_call_and_hold_macros_themselves() -> None:
    here = desk("/bin/tell -H $ARG1$ -a $ARG2$ $ARG3$")
    assert here.words("$HOSTADDRESS$", "$$5").argv == ("/bin/tell -H 192.0.2.2 -a $5 ",)
    assert here.words("$HOSTADDRESS$", "$HOSTSTATE:router$").argv == ("/bin/tell", "-H", "192.0.2.2", "-a", "UP")


def test_macros_that_hold_each_other_end() -> None:
    here = desk("/bin/tell $A$ end", macros={"A": "$B$ $B$", "B": "b $A$"})
    assert here.words().argv == ("/bin/tell", "b", "b", "end")
    many = {f"M{n}": f"$M{n + 1}$" * 10 for n in range(40)}
    assert len(desk("/bin/tell $M0$", macros=many).words().argv[0]) < 10_000


def test_a_check_is_split_into_words_and_runs_without_a_shell() -> None:
    here = world({"check_ping": "/plugins/check_ping -H $HOSTADDRESS$ -w \"$ARG1$\" 'two words' -c $ARG2$"})
    found = check_order_words(here, here.items["router"], CommandCall("check_ping", ("1,5", "a b")), NOW)  # type: ignore[index]
    argv = ("/plugins/check_ping", "-H", "192.0.2.1", "-w", "1,5", "two words", "-c", "a", "b")
    assert found == Words(argv, False, {})


def test_the_commands_own_text_asks_for_a_shell_and_an_alias_does_not() -> None:
    here = desk("/bin/tell $HOSTALIAS$ | tee")
    assert here.words().shell
    here.world.items["web"].spec = replace(here.world.items["web"].spec, alias="Web (main) <1>")  # type: ignore[index]
    here.world.commands["tell"] = replace(here.world.commands["tell"], line='/bin/tell "$HOSTALIAS$"')
    assert here.words() == Words(("/bin/tell", "Web (main) <1>"), False, {})
    here.world.commands["tell"] = replace(here.world.commands["tell"], line="/bin/tell $ARG1$")
    assert here.words("a > b").shell


def test_quotes_that_do_not_close_are_left_to_the_shell_to_complain_about() -> None:
    assert desk("/bin/tell 'open $HOSTNAME$").words() == Words(("/bin/tell 'open web",), True, {})


def test_a_command_that_is_no_program_never_gets_a_shell() -> None:
    here = desk()
    builtin = replace(here.world.commands["tell"], line="load --warning $ARG1$; x", module_type="builtin")
    here.world.commands["tell"] = builtin
    assert here.words("5").argv == ("load", "--warning", "5;", "x")


RUNTIME_SOURCES = {
    "SERVICEOUTPUT": {"output": "X"},
    "LONGSERVICEOUTPUT": {"long_output": "X"},
    "SERVICEPERFDATA": {"perf_data": "X"},
    "LASTSERVICEPERFDATA": {"last_perf_data": "X"},
    "SERVICEACKAUTHOR": {"acknowledgement": Acknowledgement("X", "", False, False, 0)},
    "SERVICEACKAUTHORNAME": {"acknowledgement": Acknowledgement("X", "", False, False, 0)},
    "SERVICEACKAUTHORALIAS": {"acknowledgement": Acknowledgement("X", "", False, False, 0)},
    "SERVICEACKCOMMENT": {"acknowledgement": Acknowledgement("me", "X", False, False, 0)},
    "_SERVICENOTE": {"changed_customs": {"_NOTE": "X"}},
    "SERVICEOUTPUT:web:http": {"output": "X"},
    "SERVICEOUTPUT:front,": {"output": "X"},
}


@pytest.mark.parametrize("macro", RUNTIME_SOURCES)
def test_what_came_from_outside_is_never_expanded_split_or_interpreted(macro: str) -> None:
    hostile = "a b' \"; $(touch /x) `y` $USER1$ $HOSTNAME$"
    state = {
        name: replace(value, **{field: hostile for field in ("author", "comment") if getattr(value, field) == "X"})
        if isinstance(value, Acknowledgement)
        else ({"_NOTE": hostile} if isinstance(value, dict) else hostile)
        for name, value in RUNTIME_SOURCES[macro].items()
    }
    here = desk(f"/bin/tell --text ${macro}$ end", macros={"USER1": "secret"}, **state)
    assert here.words() == Words(("/bin/tell", "--text", hostile, "end"), False, {})
    here = desk("/bin/tell $ARG1$ end", macros={"USER1": "secret"}, **state)
    assert here.words(f"${macro}$").argv == ("/bin/tell", hostile, "end")
    here = desk(f"/bin/tell ${macro}$ | tee", macros={"USER1": "secret"}, **state)
    assert here.words() == Words(('/bin/tell "${ALIGNAK_WORD_0}" | tee',), True, {"ALIGNAK_WORD_0": hostile})


def test_a_custom_variable_is_trusted_until_a_command_changes_it() -> None:
    here = desk("/bin/tell $_SERVICEARGS$", key="web;http")
    here.item.spec = replace(here.item.spec, customs={"_ARGS": "-a -b"})
    assert here.words().argv == ("/bin/tell", "-a", "-b")
    here.item.state.changed_customs["_ARGS"] = "-c -d"
    assert here.words().argv == ("/bin/tell", " -c -d")


def test_a_value_never_names_the_command() -> None:
    assert desk("$SERVICEOUTPUT$ x", output="/sbin/reboot").words().argv == ("$SERVICEOUTPUT$", "x")
    assert desk("true; $SERVICEOUTPUT$", output="reboot").words().argv == ("true; '$SERVICEOUTPUT$'",)


def test_an_empty_value_is_still_a_word() -> None:
    assert desk("/bin/tell $SERVICEOUTPUT$ end").words().argv == ("/bin/tell", "", "end")


def test_nul_and_length_keep_a_value_within_what_the_system_takes() -> None:
    (_, value) = desk("/bin/tell $SERVICEOUTPUT$", output="\0\ud800" + "é" * 100_000).words().argv
    assert len(value.encode()) < 128 * 1024
    assert "\0" not in value


def test_environment_macros_are_told_when_asked_for_and_never_users_secrets() -> None:
    here = desk(output="x; y", macros={"USER1": "secret"}, settings=Settings(enable_environment_macros=True))
    told = here.words().environment
    assert told["ALIGNAK_SERVICEOUTPUT"] == "x; y"
    assert told["ALIGNAK_HOSTNAME"] == "web"
    assert told["ALIGNAK__HOSTSITE"] == "north"
    assert told["ALIGNAK_CONTACTEMAIL"] == "root@localhost"
    assert told["ALIGNAK_NOTIFICATIONTYPE"] == "PROBLEM"
    assert told["ALIGNAK__CONTACTROOM"] == "12"
    assert not [name for name in told if "USER" in name]
    assert "secret" not in told.values()
    assert desk().words().environment == {}
    assert (
        "NAGIOS_HOSTNAME"
        in desk(settings=Settings(enable_environment_macros=True, env_variables_prefix="NAGIOS_")).words().environment
    )


def test_a_command_can_ask_for_environment_macros_itself() -> None:
    here = desk(state="WARNING", state_type=StateType.SOFT)
    here.world.commands["tell"] = replace(here.world.commands["tell"], enable_environment_macros=True)
    assert here.words().environment["ALIGNAK_SERVICESTATETYPE"] == "SOFT"


# The words of checks, kept --------------------------------------------------------------------------------------------


def checked(here: Desk) -> Words:
    call = here.item.spec.check_command
    assert call is not None
    return check_order_words(here.world, here.item, call, NOW)


def check_desk(line: str, **state: object) -> Desk:
    here = world({"check_x": line}, states={"web;http": ItemState(**state)})  # type: ignore[arg-type]
    return Desk(here, here.items["web;http"])  # type: ignore[index]


def test_a_check_whose_command_holds_only_the_configuration_is_expanded_once() -> None:
    here = check_desk("/bin/check $HOSTADDRESS$ $ARG1$ $_HOSTSITE$ $SERVICEDESC$ $USER1$")
    assert checked(here).argv == ("/bin/check", "192.0.2.2", "-w", "5", "north", "http")
    assert checked(here) is checked(here)


@pytest.mark.parametrize(
    ("macro", "attribute", "before", "after"),
    [
        ("$SERVICESTATE$", "state", "OK", "CRITICAL"),
        ("$SERVICEOUTPUT$", "output", "fine", "bad"),
        ("$SERVICEATTEMPT$", "attempt", 1, 2),
        ("$SERVICESTATE:web:http$", "state", "OK", "CRITICAL"),
        ("$TOTALSERVICEPROBLEMS$", "state", "OK", "CRITICAL"),
    ],
)
def test_what_changes_from_check_to_check_is_expanded_each_time(
    macro: str, attribute: str, before: object, after: object
) -> None:
    here = check_desk(f"/bin/check {macro}", **{attribute: before})
    first = checked(here).argv
    setattr(here.item.state, attribute, after)
    assert checked(here).argv != first


def test_the_time_is_the_time_of_each_check() -> None:
    here = check_desk("/bin/check $TIMET$")
    assert checked(here).argv == ("/bin/check", str(int(NOW.wall)))
    call = here.item.spec.check_command
    assert call is not None
    later = Instant(NOW.wall + 60, NOW.mono + 60)
    assert check_order_words(here.world, here.item, call, later).argv == ("/bin/check", str(int(NOW.wall) + 60))


def test_a_custom_variable_that_a_command_changed_is_in_the_next_check() -> None:
    here = check_desk("/bin/check $_HOSTSITE$")
    assert checked(here).argv == ("/bin/check", "north")
    here.item.host.state.changed_customs["_SITE"] = "-south"
    assert checked(here).argv == ("/bin/check", " -south")
    del here.item.host.state.changed_customs["_SITE"]
    assert checked(here).argv == ("/bin/check", "north")


def test_another_policy_or_call_is_expanded_anew() -> None:
    here = check_desk("/bin/check $SERVICEBUSINESSIMPACT$ $ARG1$")
    assert checked(here).argv == ("/bin/check", "2", "-w", "5")
    here.item.policy = replace(here.item.policy, business_impact=5)
    assert checked(here).argv == ("/bin/check", "5", "-w", "5")
    other = CommandCall("check_x", ("-c",))
    assert check_order_words(here.world, here.item, other, NOW).argv == ("/bin/check", "5", "-c")
