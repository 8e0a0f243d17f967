"""A small world to ask views, broks, macros and commands about: two hosts, three services, a contact."""

from __future__ import annotations

from collections.abc import Mapping

from alignak.base.clock import Instant
from alignak.base.ids import ObjectKey
from alignak.engine.state import EngineState, ItemState, World
from alignak.model.objects import Checkable, Command, CommandCall, Contact, Group, NotificationWay, ObjectSet, Policy
from alignak.model.settings import Settings
from alignak.model.snapshot import Part
from alignak.model.timeperiods import Timeperiod

NOW = Instant(1_700_000_000.0, 1_000.0)

POLICIES = (
    Policy(
        check_period="24x7",
        check_interval=1,
        retry_interval=1,
        max_check_attempts=3,
        contacts=("admin",),
        notification_period="24x7",
        notification_options=("d", "x", "r"),
        tags=("generic-host",),
        customs={"_SNMPCOMMUNITY": "s3cret", "_SITE": "north"},
    ),
    Policy(
        check_period="24x7",
        check_interval=5,
        retry_interval=1,
        max_check_attempts=2,
        contacts=("admin",),
        tags=("generic-service",),
    ),
)

HOSTS = (
    Checkable(
        "router",
        policy=0,
        check_command=CommandCall("check_ping", ("100", "20")),
        alias="Main router",
        address="192.0.2.1",
        groups=("network",),
    ),
    Checkable(
        "web",
        policy=0,
        check_command=CommandCall("check_ping"),
        alias="Web server",
        address="192.0.2.2",
        parents=("router",),
        groups=("network",),
        customs={"_URL": "http://$HOSTADDRESS$/"},
    ),
)

SERVICES = (
    Checkable("router", "ports", policy=1, check_command=CommandCall("check_x")),
    Checkable("web", "http", policy=1, check_command=CommandCall("check_x", ("-w 5",)), groups=("front",)),
    Checkable("web", "load", policy=1, check_command=CommandCall("check_x"), groups=("front",)),
)


def world(
    commands: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    macros: Mapping[str, str] | None = None,
    states: Mapping[str, ItemState] | None = None,
) -> World:
    """Return the world with these command lines, parameters, global macros and states."""
    lines = {
        "check_ping": "/plugins/check_ping $HOSTADDRESS$",
        "check_x": "/plugins/check_x $ARG1$",
        **(commands or {}),
    }
    objects = ObjectSet(
        policies=POLICIES,
        commands=tuple(Command(name, line) for name, line in lines.items()),
        timeperiods=(Timeperiod("24x7", "Always"),),
        notificationways=(
            NotificationWay("by-mail", host_notification_commands=(CommandCall("mail-host"),), min_business_impact=1),
        ),
        contacts=(
            Contact(
                "admin", "Administrator", ("by-mail",), ("admins",), email="root@localhost", customs={"_ROOM": "12"}
            ),
        ),
        contactgroups=(Group("admins", "Admins", ("admin",)),),
        hosts=HOSTS,
        hostgroups=(Group("network", "The network", ("router", "web"), realm="All"),),
        services=SERVICES,
        servicegroups=(Group("front", "Front end", ("web;http", "web;load")),),
    )
    part = Part("Config_1", "All", "My Alignak", settings or Settings(), macros or {}, objects)
    return World(part, {ObjectKey(key): state for key, state in (states or {}).items()}, EngineState())
