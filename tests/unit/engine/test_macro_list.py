"""Every macro of the list has a value (engine.md 4.14), and modulations and commands are in it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from alignak.base.clock import Instant
from alignak.engine.macro_table import NotificationMacros
from alignak.engine.macros import action_words, check_order_words, expand
from alignak.engine.state import Acknowledgement, EngineState, Item, ItemState, World
from alignak.model.modulations import MacroModulation
from alignak.model.objects import Checkable, Command, CommandCall, Contact, Group, NotificationWay, ObjectSet, Policy
from alignak.model.settings import Settings
from alignak.model.snapshot import Part
from alignak.model.states import StateType
from alignak.model.topology import Realm
from tests.support.sites import working_hours

NOON = Instant(1_763_985_600.0, 1_000.0)
"""2025-11-24 12:00:00 UTC."""
NIGHT = Instant(NOON.wall + 10 * 3600, 1_000.0 + 10 * 3600)

EITHER = (
    "{0}DISPLAYNAME {0}STATE {0}STATEID LAST{0}STATE LAST{0}STATEID {0}STATETYPE {0}ATTEMPT MAX{0}ATTEMPTS {0}EVENTID "
    "LAST{0}EVENTID {0}PROBLEMID LAST{0}PROBLEMID {0}LATENCY {0}EXECUTIONTIME {0}DURATION {0}DURATIONSEC {0}DOWNTIME "
    "{0}PERCENTCHANGE {0}GROUPNAME {0}GROUPNAMES LAST{0}CHECK LAST{0}STATECHANGE {0}OUTPUT LONG{0}OUTPUT {0}PERFDATA "
    "LAST{0}PERFDATA {0}CHECKCOMMAND {0}SNAPSHOTCOMMAND {0}ACKAUTHOR {0}ACKAUTHORNAME {0}ACKAUTHORALIAS {0}ACKCOMMENT "
    "{0}ACTIONURL {0}NOTESURL {0}NOTES {0}BUSINESSIMPACT {0}NOTIFICATIONNUMBER {0}NOTIFICATIONID"
)
HOST = (
    "HOSTNAME HOSTALIAS HOSTADDRESS HOSTGROUPALIAS HOSTGROUPALIASES LASTHOSTUP LASTHOSTDOWN LASTHOSTUNREACHABLE "
    "HOSTREALM TOTALHOSTSERVICES TOTALHOSTSERVICESOK TOTALHOSTSERVICESWARNING TOTALHOSTSERVICESCRITICAL "
    "TOTALHOSTSERVICESUNKNOWN TOTALHOSTSERVICESUNREACHABLE"
)
SERVICE = (
    "STATUS SHORTSTATUS FULLNAME SERVICEDESC SERVICEISVOLATILE LASTSERVICEOK LASTSERVICEWARNING LASTSERVICEUNKNOWN "
    "LASTSERVICEUNREACHABLE LASTSERVICECRITICAL"
)
CONTACT = (
    "CONTACTNAME CONTACTALIAS CONTACTEMAIL CONTACTPAGER CONTACTADDRESS1 CONTACTADDRESS2 CONTACTADDRESS3 "
    "CONTACTADDRESS4 CONTACTADDRESS5 CONTACTADDRESS6 CONTACTGROUPNAME CONTACTGROUPNAMES"
)
NOTIFICATION = (
    "NOTIFICATIONTYPE NOTIFICATIONRECIPIENTS NOTIFICATIONISESCALATED NOTIFICATIONAUTHOR NOTIFICATIONAUTHORNAME "
    "NOTIFICATIONAUTHORALIAS NOTIFICATIONCOMMENT NOTIFICATIONNUMBER NOTIFICATIONID"
)
GROUPS = (
    "HOSTGROUPNAME HOSTGROUPALIAS HOSTGROUPMEMBERS HOSTGROUPGROUPMEMBERS HOSTGROUPNOTES HOSTGROUPNOTESURL "
    "HOSTGROUPACTIONURL HOSTGROUPREALM SERVICEGROUPNAME SERVICEGROUPALIAS SERVICEGROUPMEMBERS SERVICEGROUPNOTES "
    "SERVICEGROUPNOTESURL SERVICEGROUPACTIONURL CONTACTGROUPNAME CONTACTGROUPALIAS CONTACTGROUPMEMBERS "
    "CONTACTGROUPGROUPMEMBERS"
)
REALM = "REALMNAME REALMDEFAULT REALMMEMBERS REALMREALM_MEMBERS REALMGROUP_MEMBERS REALMHOSTS_COUNT"
TOTALS = (
    "TOTALHOSTS TOTALHOSTSUP TOTALHOSTSDOWN TOTALHOSTSUNREACHABLE TOTALHOSTSDOWNUNHANDLED "
    "TOTALHOSTSUNREACHABLEUNHANDLED TOTALHOSTPROBLEMS TOTALHOSTPROBLEMSUNHANDLED TOTALSERVICES TOTALSERVICESOK "
    "TOTALSERVICESWARNING TOTALSERVICESCRITICAL TOTALSERVICESUNKNOWN TOTALSERVICESUNREACHABLE "
    "TOTALSERVICESWARNINGUNHANDLED TOTALSERVICESCRITICALUNHANDLED TOTALSERVICESUNKNOWNUNHANDLED TOTALSERVICEPROBLEMS "
    "TOTALSERVICEPROBLEMSUNHANDLED"
)
TIMES = "LONGDATETIME SHORTDATETIME DATE TIME TIMET PROCESSSTARTTIME EVENTSTARTTIME"
CONFIGURATION = (
    "ALIGNAK ALIGNAK_CONFIG CONFIGFILES MAINCONFIGFILE MAINCONFIGDIR RETENTION_FILE STATUSDATAFILE COMMENTDATAFILE "
    "DOWNTIMEDATAFILE RETENTIONDATAFILE OBJECTCACHEFILE TEMPFILE TEMPPATH LOGFILE RESOURCEFILE COMMANDFILE "
    "HOSTPERFDATAFILE SERVICEPERFDATAFILE ADMINEMAIL ADMINPAGER USER1 USER64"
)
LIST = [
    name
    for text in (
        EITHER.format("HOST"),
        EITHER.format("SERVICE"),
        HOST,
        SERVICE,
        CONTACT,
        NOTIFICATION,
        GROUPS,
        REALM,
        TOTALS,
        TIMES,
        CONFIGURATION,
        "_HOSTSITE _SERVICEPORT _CONTACTROOM ARG1 ARG2",
    )
    for name in text.split()
]

TOLD = NotificationMacros("PROBLEM", 2, "e1-7", "admin,bob", False, "admin", "admin", "Administrator", "look")
GIVEN = (
    *("STATUSDATAFILE", "COMMENTDATAFILE", "DOWNTIMEDATAFILE", "OBJECTCACHEFILE", "TEMPFILE", "TEMPPATH"),
    *("LOGFILE", "RESOURCEFILE", "ADMINEMAIL", "ADMINPAGER", "USER1", "USER64"),
)
"""Macros whose values are lines of the configuration."""


def policy(**given: object) -> Policy:
    return Policy(
        **{
            "notes": "a note",
            "notes_url": "http://notes",
            "action_url": "http://action",
            "snapshot_command": CommandCall("snap"),
            "max_check_attempts": 2,
            **given,
        }
    )


def state(good: str, bad: str) -> ItemState:
    return ItemState(
        state=bad,
        state_type=StateType.HARD,
        attempt=2,
        last_state=good,
        last_state_change=NOON.wall - 60,
        last_chk=NOON.wall - 1,
        last_times={"OK": 1, "UP": 2},
        output="bad",
        long_output="very bad",
        perf_data="a=1",
        last_perf_data="a=0",
        current_event_id=4,
        current_problem_id=3,
        acknowledgement=Acknowledgement("admin", "mine", True, True, NOON.wall),
        current_notification_number=2,
        current_notification_id="e1-7",
    )


def part(**objects: object) -> Part:
    found = ObjectSet(
        **{
            "policies": (policy(), policy(macromodulations=("none", "night", "later"))),
            "commands": (Command("tell", "/bin/tell $_HOSTSITE$ $_SERVICEPORT$"),),
            "timeperiods": (working_hours(),),
            "notificationways": (NotificationWay("mail"),),
            "contacts": (
                Contact(
                    "admin",
                    "Administrator",
                    ("mail",),
                    ("admins",),
                    pager="1",
                    addresses=tuple("abcdef"),
                    customs={"_ROOM": "12"},
                ),
            ),
            "contactgroups": (Group("admins", "Admins", ("admin",), groups=("others",)),),
            "hosts": (
                Checkable(
                    "web", "", 1, CommandCall("ping"), "Web", "Web", "192.0.2.1", (), ("all",), {"_SITE": "north"}
                ),
            ),
            "hostgroups": (Group("all", "All", ("web",), "n", "http://n", "http://a", "All", groups=("more",)),),
            "services": (
                Checkable("web", "http", 1, CommandCall("get"), "", "HTTP", "", (), ("front",), {"_PORT": "80"}),
                Checkable("web", "load", 0, CommandCall("get")),
            ),
            "servicegroups": (Group("front", "Front", ("web;http",), "n", "http://n", "http://a"),),
            "macromodulations": (
                MacroModulation("night", {"_PORT": "8080"}, "workhours"),
                MacroModulation("later", {"_PORT": "1", "_SITE": "$HOSTNAME$-south"}),
            ),
            **objects,
        }
    )
    settings = Settings(
        use_timezone="UTC",
        alignak_env=("a.ini",),
        config_files=("b.cfg",),
        main_config_file="b.cfg",
        config_base_dir="/etc",
        state_retention_file="/var/r",
        command_file="/run/c",
        host_perfdata_file="/var/h",
        service_perfdata_file="/var/s",
        program_start=5,
    )
    realms = (Realm("All", members=("North",), default=True), Realm("North"))
    return Part("Config_1", "All", "here", settings, dict.fromkeys(GIVEN, "given"), found, realms=realms)


@pytest.fixture
def world() -> World:
    return World(part(), {"web": state("UP", "DOWN"), "web;http": state("OK", "CRITICAL")}, EngineState())


def service(world: World) -> Item:
    return world.items["web;http"]  # type: ignore[index]


def text(world: World, macro: str, now: Instant = NOON) -> str:
    if macro.startswith("ARG"):
        call = CommandCall("/bin/x $ARG1$ $ARG2$", ("one", "two"))
        return action_words(world, service(world), call, now).argv[int(macro[3:])]
    contact = world.contacts["admin"]
    return expand(world, service(world), f"${macro}$", now, notification=TOLD, contact=contact)


@pytest.mark.parametrize("macro", LIST)
def test_each_macro_of_the_list_has_a_value(world: World, macro: str) -> None:
    assert text(world, macro) not in ("", "n/a")


@pytest.mark.parametrize(
    ("macro", "value"),
    [
        ("TOTALHOSTS", "1"),
        ("TOTALHOSTSDOWN", "1"),
        ("TOTALHOSTSDOWNUNHANDLED", "0"),
        ("TOTALSERVICESCRITICAL", "1"),
        ("TOTALSERVICESCRITICALUNHANDLED", "0"),
        ("TOTALSERVICEPROBLEMS", "1"),
        ("REALMDEFAULT", "1"),
        ("REALMMEMBERS", "web"),
        ("REALMREALM_MEMBERS", "North"),
        ("REALMGROUP_MEMBERS", "all"),
        ("HOSTGROUPGROUPMEMBERS", "more"),
        ("CONTACTGROUPGROUPMEMBERS", "others"),
        ("HOSTGROUPALIAS:all", "All"),
        ("HOSTSTATEID:all,;", "1"),
        ("SERVICESTATE:front,/", "CRITICAL"),
        ("SERVICESTATEID::http", "2"),
        ("CONTACTEMAIL:admins,+", "none"),
        ("LONGDATETIME", "Mon Nov 24 12:00:00 UTC 2025"),
        ("SERVICEACKAUTHORALIAS", "Administrator"),
        ("USER64", "given"),
    ],
)
def test_a_macro_says_what_the_list_means_by_it(world: World, macro: str, value: str) -> None:
    assert text(world, macro) == value


# Modulations (configuration.md 3.10)


def test_the_first_modulation_in_force_that_has_a_custom_variable_gives_its_value(world: World) -> None:
    assert text(world, "_SERVICEPORT", NOON) == "8080"
    assert text(world, "_SERVICEPORT", NIGHT) == "1"
    assert text(world, "_HOSTSITE", NIGHT) == "web-south"
    assert text(world, "_SERVICEPORT:web:http", NOON) == "8080"


def test_a_command_kept_with_its_object_notices_modulations(world: World) -> None:
    item = service(world)
    found = [check_order_words(world, item, CommandCall("tell"), now).argv[1:] for now in (NOON, NIGHT, NOON)]
    assert found == [("web-south", "8080"), ("web-south", "1"), ("web-south", "8080")]


def test_the_environment_has_what_modulations_say() -> None:
    here = part(commands=(Command("tell", "/bin/tell", enable_environment_macros=True),))
    world = World(here, {}, EngineState())
    environment = check_order_words(world, service(world), CommandCall("tell"), NIGHT).environment
    assert environment["ALIGNAK__SERVICEPORT"] == "1"
    assert environment["ALIGNAK__SERVICESITE"] == "$HOSTNAME$-south"
    assert environment["ALIGNAK_HOSTNAME"] == "web"
    assert "ALIGNAK_USER1" not in environment


def test_what_a_command_made_of_a_contact_is_no_part_of_a_command_line(world: World) -> None:
    own = EngineState(contact_customs={"admin": {"_ROOM": "12; reboot"}})
    here = replace(
        part(), objects=replace(part().objects, commands=(Command("tell", "/bin/tell $_CONTACTROOM$ | cat"),))
    )
    changed = World(here, {}, own)
    words = action_words(changed, service(changed), CommandCall("tell"), NOON, TOLD, changed.contacts["admin"])
    assert words.shell
    assert not any("reboot" in each for each in words.argv)
    assert "12; reboot" in words.environment.values()
