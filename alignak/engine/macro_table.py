"""The macros (engine.md 4.14): where each value comes from, and whether it may be trusted.

Trusted is what the configuration says and what the engine computes: names, addresses, states, times, numbers. Run-time
is what came from outside: what plugins printed, what people and programs wrote. ``macros`` expands trusted values into
the text of a command before it is split; run-time ones are put into it afterwards and are never expanded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

from alignak.base.clock import Instant
from alignak.engine.attributes import business_impact, call_text
from alignak.engine.leaves import state_name
from alignak.engine.state import Item, World
from alignak.model.objects import CommandCall, Contact, Group
from alignak.model.states import CRITICAL, DOWN, OK, STATE_IDS, UNKNOWN, UNREACHABLE, UP, WARNING, Kind
from alignak.model.topology import Realm


class Origin(Enum):
    """Where a piece of a command comes from."""

    COMMAND = "command"
    """Written by who wrote the command: its line, the call's arguments, global macros."""
    OBJECT = "object"
    """Written in the configuration of an object: the same as long as that is."""
    COMPUTED = "computed"
    """Computed by the engine: another one at the next event, or the next second."""
    RUNTIME = "run-time"
    """From outside; never part of a command's text."""


class NotificationMacros(Struct, frozen=True):
    """What the macros of one notification say."""

    type: str = ""
    """PROBLEM, RECOVERY, ACKNOWLEDGEMENT ..."""
    number: int = 0
    id: str = ""
    """Stable over repeats, so that receivers can tell a repeat."""
    recipients: str = ""
    """Names of all contacts told, with commas between."""
    is_escalated: bool = False
    author: str = ""
    author_name: str = ""
    author_alias: str = ""
    comment: str = ""
    count: int = 1
    """How many messages are sent as one."""
    list: str = ""
    """A line for each of them when they are several."""


class Scope(Struct, frozen=True):
    """What macros are asked of."""

    world: World
    item: Item
    now: Instant
    call: CommandCall | None = None
    notification: NotificationMacros | None = None
    contact: Contact | None = None


class Macro(Struct, frozen=True):
    """One row: how to get the value from its object."""

    get: Callable[..., object]
    origin: Origin = Origin.COMPUTED


ItemGetter: TypeAlias = Callable[[Scope, Item], object]


def text_of(value: object) -> str:
    """Return a macro's value as text: lists with commas, switches as 1 and 0, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(map(text_of, value)) if isinstance(value, list | tuple) else str(value)


# Hosts and services ---------------------------------------------------------------------------------------------


def _seconds(scope: Scope, item: Item) -> int:
    since = item.state.last_state_change
    return int(scope.now.wall - since) if since else 0


def _duration(scope: Scope, item: Item) -> str:
    minutes, seconds = divmod(_seconds(scope, item), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days}d {hours}h {minutes}m {seconds}s"


def _groups(scope: Scope, item: Item) -> list[Group]:
    known = scope.world.hostgroups if item.is_host else scope.world.servicegroups
    return [known[name] for name in item.spec.groups if name in known]


def _acknowledger(scope: Scope, item: Item) -> tuple[str, str]:
    """Return the name and the alias of who acknowledged, as a contact when it is one."""
    record = item.state.acknowledgement
    contact = scope.world.contacts.get(record.author) if record else None
    author = record.author if record else ""
    return (contact.name, contact.alias) if contact else (author, author)


def _long_output(scope: Scope, item: Item) -> str:
    """Return the long output, and the list of the messages that are sent as one with what it is about."""
    own, message = item.state.long_output, scope.notification
    if message is None or not message.list or item is not scope.item:
        return own
    return "\n".join(filter(None, (own, message.list)))


def _last_time(state: str) -> Macro:
    return Macro(lambda _, item: int(item.state.last_times.get(state, 0)))


def _short_status(scope: Scope, item: Item) -> str:
    name = state_name(scope.world, item)
    return "N" if name == UNREACHABLE else name[0]


_EITHER: Final[Mapping[str, Macro]] = {
    "{0}DISPLAYNAME": Macro(
        lambda _, item: item.spec.display_name or item.spec.description or item.spec.host_name, Origin.OBJECT
    ),
    "{0}STATE": Macro(lambda _, item: item.state_name),
    "{0}STATEID": Macro(lambda _, item: item.state_id),
    "LAST{0}STATE": Macro(lambda _, item: item.state.last_state),
    "LAST{0}STATEID": Macro(lambda _, item: STATE_IDS[item.kind][item.state.last_state]),
    "{0}STATETYPE": Macro(lambda _, item: item.state.state_type.value),
    "{0}ATTEMPT": Macro(lambda _, item: item.state.attempt),
    "MAX{0}ATTEMPTS": Macro(lambda _, item: item.policy.max_check_attempts, Origin.OBJECT),
    "{0}EVENTID": Macro(lambda _, item: item.state.current_event_id),
    "LAST{0}EVENTID": Macro(lambda _, item: item.state.last_event_id),
    "{0}PROBLEMID": Macro(lambda _, item: item.state.current_problem_id),
    "LAST{0}PROBLEMID": Macro(lambda _, item: item.state.last_problem_id),
    "{0}LATENCY": Macro(lambda _, item: f"{item.state.latency:.3f}"),
    "{0}EXECUTIONTIME": Macro(lambda _, item: f"{item.state.execution_time:.3f}"),
    "{0}DURATION": Macro(_duration),
    "{0}DURATIONSEC": Macro(_seconds),
    "{0}DOWNTIME": Macro(lambda _, item: item.downtime_depth),
    "{0}PERCENTCHANGE": Macro(lambda _, item: f"{item.state.percent_state_change:.2f}"),
    "{0}GROUPNAME": Macro(lambda scope, item: [each.name for each in _groups(scope, item)][:1], Origin.OBJECT),
    "{0}GROUPNAMES": Macro(lambda scope, item: [each.name for each in _groups(scope, item)], Origin.OBJECT),
    "LAST{0}CHECK": Macro(lambda _, item: int(item.state.last_chk)),
    "LAST{0}STATECHANGE": Macro(lambda _, item: int(item.state.last_state_change)),
    "{0}OUTPUT": Macro(lambda _, item: item.state.output, Origin.RUNTIME),
    "LONG{0}OUTPUT": Macro(_long_output, Origin.RUNTIME),
    "{0}PERFDATA": Macro(lambda _, item: item.state.perf_data, Origin.RUNTIME),
    "LAST{0}PERFDATA": Macro(lambda _, item: item.state.last_perf_data, Origin.RUNTIME),
    "{0}CHECKCOMMAND": Macro(lambda _, item: item.spec.check_command and item.spec.check_command.name, Origin.OBJECT),
    "{0}SNAPSHOTCOMMAND": Macro(lambda _, item: call_text(item.policy.snapshot_command), Origin.OBJECT),
    "{0}ACKAUTHOR": Macro(
        lambda _, item: item.state.acknowledgement and item.state.acknowledgement.author, Origin.RUNTIME
    ),
    "{0}ACKAUTHORNAME": Macro(lambda scope, item: _acknowledger(scope, item)[0], Origin.RUNTIME),
    "{0}ACKAUTHORALIAS": Macro(lambda scope, item: _acknowledger(scope, item)[1], Origin.RUNTIME),
    "{0}ACKCOMMENT": Macro(
        lambda _, item: item.state.acknowledgement and item.state.acknowledgement.comment, Origin.RUNTIME
    ),
    "{0}ACTIONURL": Macro(lambda _, item: item.policy.action_url, Origin.OBJECT),
    "{0}NOTESURL": Macro(lambda _, item: item.policy.notes_url, Origin.OBJECT),
    "{0}NOTES": Macro(lambda _, item: item.policy.notes, Origin.OBJECT),
    "{0}BUSINESSIMPACT": Macro(lambda _, item: business_impact(item)),
    "{0}NOTIFICATIONNUMBER": Macro(lambda _, item: item.state.current_notification_number),
    "{0}NOTIFICATIONID": Macro(lambda _, item: item.state.current_notification_id),
}
"""What both kinds have; ``{0}`` is HOST or SERVICE."""


def _services_in(*states: str) -> Macro:
    return Macro(lambda _, item: sum(not states or each.state_name in states for each in item.services))


HOST_MACROS: Final[Mapping[str, Macro]] = {
    **{name.format("HOST"): macro for name, macro in _EITHER.items()},
    "HOSTNAME": Macro(lambda _, item: item.spec.host_name, Origin.OBJECT),
    "HOSTALIAS": Macro(lambda _, item: item.spec.alias, Origin.OBJECT),
    "HOSTADDRESS": Macro(lambda _, item: item.spec.address, Origin.OBJECT),
    "HOSTREALM": Macro(lambda scope, _: scope.world.part.realm, Origin.OBJECT),
    "HOSTGROUPALIAS": Macro(lambda scope, item: [each.alias for each in _groups(scope, item)][:1], Origin.OBJECT),
    "HOSTGROUPALIASES": Macro(lambda scope, item: [each.alias for each in _groups(scope, item)], Origin.OBJECT),
    "LASTHOSTUP": _last_time(UP),
    "LASTHOSTDOWN": _last_time(DOWN),
    "LASTHOSTUNREACHABLE": _last_time(UNREACHABLE),
    "TOTALHOSTSERVICES": _services_in(),
    "TOTALHOSTSERVICESOK": _services_in(OK),
    "TOTALHOSTSERVICESWARNING": _services_in(WARNING),
    "TOTALHOSTSERVICESCRITICAL": _services_in(CRITICAL),
    "TOTALHOSTSERVICESUNKNOWN": _services_in(UNKNOWN),
    "TOTALHOSTSERVICESUNREACHABLE": _services_in(UNREACHABLE),
}
"""Asked of the host, also when the command is about one of its services."""

SERVICE_MACROS: Final[Mapping[str, Macro]] = {
    **{name.format("SERVICE"): macro for name, macro in _EITHER.items()},
    "SERVICEDESC": Macro(lambda _, item: item.spec.description, Origin.OBJECT),
    "SERVICEISVOLATILE": Macro(lambda _, item: item.policy.is_volatile, Origin.OBJECT),
    "LASTSERVICEOK": _last_time(OK),
    "LASTSERVICEWARNING": _last_time(WARNING),
    "LASTSERVICECRITICAL": _last_time(CRITICAL),
    "LASTSERVICEUNKNOWN": _last_time(UNKNOWN),
    "LASTSERVICEUNREACHABLE": _last_time(UNREACHABLE),
}

ITEM_MACROS: Final[Mapping[str, Macro]] = {
    "STATUS": Macro(lambda scope, item: state_name(scope.world, item)),
    "SHORTSTATUS": Macro(_short_status),
    "FULLNAME": Macro(lambda _, item: item.key.replace(";", "/", 1), Origin.OBJECT),
}
"""Asked of whatever the command is about."""


# Contacts, notifications, groups --------------------------------------------------------------------------------


def _address(number: int) -> Macro:
    return Macro(lambda contact: contact.addresses[number] if number < len(contact.addresses) else "none")


CONTACT_MACROS: Final[Mapping[str, Macro]] = {
    "CONTACTNAME": Macro(lambda contact: contact.name),
    "CONTACTALIAS": Macro(lambda contact: contact.alias),
    "CONTACTEMAIL": Macro(lambda contact: contact.email),
    "CONTACTPAGER": Macro(lambda contact: contact.pager),
    **{f"CONTACTADDRESS{number + 1}": _address(number) for number in range(6)},
    "CONTACTGROUPNAME": Macro(lambda contact: contact.groups[:1]),
    "CONTACTGROUPNAMES": Macro(lambda contact: contact.groups),
}

NOTIFICATION_MACROS: Final[Mapping[str, Macro]] = {
    "NOTIFICATIONTYPE": Macro(lambda message: message.type),
    "NOTIFICATIONNUMBER": Macro(lambda message: message.number),
    "NOTIFICATIONID": Macro(lambda message: message.id),
    "NOTIFICATIONRECIPIENTS": Macro(lambda message: message.recipients),
    "NOTIFICATIONISESCALATED": Macro(lambda message: message.is_escalated),
    "NOTIFICATIONAUTHOR": Macro(lambda message: message.author, Origin.RUNTIME),
    "NOTIFICATIONAUTHORNAME": Macro(lambda message: message.author_name or message.author, Origin.RUNTIME),
    "NOTIFICATIONAUTHORALIAS": Macro(lambda message: message.author_alias or message.author, Origin.RUNTIME),
    "NOTIFICATIONCOMMENT": Macro(lambda message: message.comment, Origin.RUNTIME),
    "NOTIFICATIONCOUNT": Macro(lambda message: message.count),
    "NOTIFICATIONLIST": Macro(lambda message: message.list, Origin.RUNTIME),
}

_GROUP: Final[Mapping[str, Macro]] = {
    "{0}NAME": Macro(lambda group: group.name),
    "{0}ALIAS": Macro(lambda group: group.alias),
    "{0}MEMBERS": Macro(lambda group: group.members),
    "{0}NOTES": Macro(lambda group: group.notes),
    "{0}NOTESURL": Macro(lambda group: group.notes_url),
    "{0}ACTIONURL": Macro(lambda group: group.action_url),
}

GROUP_MACROS: Final[Mapping[str, Mapping[str, Macro]]] = {
    "HOSTGROUP": {
        **{name.format("HOSTGROUP"): macro for name, macro in _GROUP.items()},
        "HOSTGROUPGROUPMEMBERS": Macro(lambda group: group.groups),
        "HOSTGROUPREALM": Macro(lambda group: group.realm),
    },
    "SERVICEGROUP": {name.format("SERVICEGROUP"): macro for name, macro in _GROUP.items()},
    "CONTACTGROUP": {
        "CONTACTGROUPNAME": Macro(lambda group: group.name),
        "CONTACTGROUPALIAS": Macro(lambda group: group.alias),
        "CONTACTGROUPMEMBERS": Macro(lambda group: group.members),
        "CONTACTGROUPGROUPMEMBERS": Macro(lambda group: group.groups),
    },
}
"""Asked of the group that is named, else of the object's first group."""


# The whole ------------------------------------------------------------------------------------------------------


def _total(kind: Kind, *states: str, unhandled: bool = False) -> Macro:
    def count(world: World) -> int:
        return sum(
            each.kind is kind and (not states or each.state_name in states) and not (unhandled and _is_handled(each))
            for each in world.items.values()
        )

    return Macro(count)


def _is_handled(item: Item) -> bool:
    return item.state.acknowledgement is not None or item.downtime_depth > 0


def _realm(world: World) -> list[Realm]:
    """Return the realm a scheduler works in, none when its part does not tell of realms."""
    return [each for each in world.part.realms if each.name == world.part.realm]


def _totals(family: str, problems: str, kind: Kind, bad: Iterable[str], good: str) -> dict[str, Macro]:
    bad = tuple(bad)
    return {
        family: _total(kind),
        f"{family}{good}": _total(kind, good),
        **{f"{family}{state}": _total(kind, state) for state in bad},
        **{f"{family}{state}UNHANDLED": _total(kind, state, unhandled=True) for state in bad},
        problems: _total(kind, *bad),
        f"{problems}UNHANDLED": _total(kind, *bad, unhandled=True),
    }


WORLD_MACROS: Final[Mapping[str, Macro]] = {
    **_totals("TOTALHOSTS", "TOTALHOSTPROBLEMS", Kind.HOST, (DOWN, UNREACHABLE), UP),
    **_totals("TOTALSERVICES", "TOTALSERVICEPROBLEMS", Kind.SERVICE, (WARNING, CRITICAL, UNKNOWN, UNREACHABLE), OK),
    "ALIGNAK": Macro(lambda world: world.name),
    "ALIGNAK_CONFIG": Macro(lambda world: world.settings.alignak_env),
    "CONFIGFILES": Macro(lambda world: world.settings.config_files),
    "MAINCONFIGFILE": Macro(lambda world: world.settings.main_config_file),
    "MAINCONFIGDIR": Macro(lambda world: world.settings.config_base_dir),
    "RETENTION_FILE": Macro(lambda world: world.settings.state_retention_file),
    "RETENTIONDATAFILE": Macro(lambda world: world.settings.state_retention_file),
    "COMMANDFILE": Macro(lambda world: world.settings.command_file),
    "HOSTPERFDATAFILE": Macro(lambda world: world.settings.host_perfdata_file),
    "SERVICEPERFDATAFILE": Macro(lambda world: world.settings.service_perfdata_file),
    "PROCESSSTARTTIME": Macro(lambda world: world.settings.program_start or "n/a"),
    "EVENTSTARTTIME": Macro(lambda world: world.settings.program_start or "n/a"),
    "REALMNAME": Macro(lambda world: world.part.realm),
    "REALMDEFAULT": Macro(lambda world: any(each.default for each in _realm(world))),
    "REALMMEMBERS": Macro(lambda world: [each.host_name for each in world.part.objects.hosts]),
    "REALMREALM_MEMBERS": Macro(lambda world: [name for each in _realm(world) for name in each.members]),
    "REALMGROUP_MEMBERS": Macro(
        lambda world: [each.name for each in world.part.objects.hostgroups if each.realm == world.part.realm]
    ),
    "REALMHOSTS_COUNT": Macro(lambda world: len(world.part.objects.hosts)),
}

TIME_MACROS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "LONGDATETIME": lambda moment: f"{moment:%a %b %d %H:%M:%S %Z %Y}",
    "SHORTDATETIME": lambda moment: f"{moment:%d-%m-%Y %H:%M:%S}",
    "DATE": lambda moment: f"{moment:%d-%m-%Y}",
    "TIME": lambda moment: f"{moment:%H:%M:%S}",
    "TIMET": lambda moment: str(int(moment.timestamp())),
}

EMPTY_MACROS: Final = frozenset(
    (
        "ADMINEMAIL",
        "ADMINPAGER",
        "COMMENTDATAFILE",
        "DOWNTIMEDATAFILE",
        "LOGFILE",
        "OBJECTCACHEFILE",
        "RESOURCEFILE",
        "STATUSDATAFILE",
        "TEMPFILE",
        "TEMPPATH",
    )
)
"""Known for their names, without a value unless the configuration gives one."""
