"""Small monitored sites for tests of the engine: a few lines say what there is, ``part`` compiles them."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.base.ids import ObjectKey
from alignak.model.objects import (
    Checkable,
    Command,
    CommandCall,
    Contact,
    Group,
    NotificationWay,
    ObjectSet,
    Policy,
)
from alignak.model.recurring import RecurringDowntime, read_rule, read_time
from alignak.model.relations import Dependency
from alignak.model.rules import BusinessRule, parse
from alignak.model.settings import Settings
from alignak.model.snapshot import Part
from alignak.model.timeperiods import DateRange, Day, RangeKind, Timeperiod

HOST_OPTIONS = ("d", "x", "r", "f", "s")
SERVICE_OPTIONS = ("w", "u", "c", "r", "f", "s", "x")

COMMANDS = (
    Command("check", "/bin/check $HOSTNAME$"),
    Command("eh", "/bin/handle $HOSTNAME$"),
    Command("notify-host", "/bin/notify $CONTACTNAME$ $NOTIFICATIONTYPE$"),
    Command("notify-service", "/bin/notify $CONTACTNAME$ $NOTIFICATIONTYPE$"),
    Command("perf", "/bin/perf $HOSTNAME$"),
    Command("other", "/bin/other"),
)

ACTIVE = {"check_interval": 1, "retry_interval": 1, "passive_checks_enabled": True}
"""Checked once a minute, by a poller."""
PASSIVE = {"active_checks_enabled": False}
"""Never checked by a poller."""


def working_hours(name: str = "workhours") -> Timeperiod:
    """Return a period from 9 to 17 o'clock UTC on every day."""
    days = tuple(DateRange(RangeKind.WEEKDAY, Day(weekday=day), minutes=((9 * 60, 17 * 60),)) for day in range(7))
    return Timeperiod(name, entries=days)


class Site:
    """What is monitored; everybody is told by ``admin`` unless said otherwise."""

    def __init__(self, **settings: object) -> None:
        self.settings = Settings(**{"use_timezone": "UTC", **settings})
        self.policies: list[Policy] = []
        self.hosts: list[Checkable] = []
        self.services: list[Checkable] = []
        self.hostgroups: list[Group] = []
        self.servicegroups: list[Group] = []
        self.contactgroups: list[Group] = []
        self.periods: list[Timeperiod] = [working_hours()]
        self.dependencies: list[Dependency] = []
        self.recurring: list[RecurringDowntime] = []
        self.ways: list[NotificationWay] = []
        self.contacts: list[Contact] = []
        self.rules: list[BusinessRule] = []
        self.others: dict[str, tuple[object, ...]] = {}
        """Modulations and what else there may be, by its name in ``ObjectSet``."""
        self.contact("admin")

    def _policy(self, defaults: dict[str, object], given: dict[str, object]) -> int:
        policy = Policy(**{"contacts": ("admin",), "notification_interval": 0, **defaults, **given})
        if policy not in self.policies:
            self.policies.append(policy)
        return self.policies.index(policy)

    def host(
        self, name: str, *, parents: tuple[str, ...] = (), command: str | None = "check", **policy: object
    ) -> Site:
        call = CommandCall(command) if command else None
        number = self._policy({"notification_options": HOST_OPTIONS}, policy)
        self.hosts.append(Checkable(name, policy=number, check_command=call, parents=parents, address="127.0.0.1"))
        return self

    def service(self, host: str, name: str, *, command: str = "check", **policy: object) -> Site:
        number = self._policy({"notification_options": SERVICE_OPTIONS}, policy)
        self.services.append(
            Checkable(host, name, number, CommandCall(command), customs={"_LEVEL": "1"} if name == "custom" else {})
        )
        return self

    def rule(self, host: str, name: str, text: str, *, is_dynamic: bool = False, **policy: object) -> Site:
        """Add a service, or a host when it has no name, whose check is a business rule; leaves are ``h`` or ``h,s``."""
        call = CommandCall("bp_rule", (text,))
        options = SERVICE_OPTIONS if name else HOST_OPTIONS
        number = self._policy({"notification_options": options, "host_dependency_enabled": False}, policy)
        (self.services if name else self.hosts).append(Checkable(host, name, number, call))
        if not is_dynamic:
            tree = parse(text, lambda leaf: [ObjectKey(leaf.replace(",", ";"))])
            self.rules.append(BusinessRule(ObjectKey(f"{host};{name}" if name else host), tree, text))
        return self

    def contact(self, name: str, *, host: bool = True, service: bool = True, **way: object) -> Site:
        self.ways.append(
            NotificationWay(
                **{
                    "name": f"{name}_way",
                    "host_notification_options": HOST_OPTIONS,
                    "service_notification_options": SERVICE_OPTIONS,
                    "host_notification_commands": (CommandCall("notify-host"),),
                    "service_notification_commands": (CommandCall("notify-service"),),
                    **way,
                }
            )
        )
        self.contacts.append(
            Contact(name, ways=(f"{name}_way",), host_notifications_enabled=host, service_notifications_enabled=service)
        )
        return self

    def depends(self, dependent: str, on: str, **how: object) -> Site:
        """Have a host or service depend on another one: ``execution_criteria``, ``notification_criteria`` ..."""
        self.dependencies.append(Dependency(ObjectKey(dependent), ObjectKey(on), **how))
        return self

    def recurs(self, name: str, *members: str, rule: str, start: str, seconds: float, zone: str = "") -> Site:
        """Have hosts or services go into downtime again and again."""
        text, first_day = read_rule(rule)
        keys = tuple(ObjectKey(each) for each in members)
        self.recurring.append(
            RecurringDowntime(name, text, read_time(start), seconds, zone, first_day, "me", "works", keys)
        )
        return self

    def part(self) -> Part:
        return Part(
            part_id="Config_1",
            realm="All",
            alignak_name="test",
            settings=self.settings,
            macros={},
            objects=ObjectSet(
                policies=tuple(self.policies),
                commands=COMMANDS,
                timeperiods=tuple(self.periods),
                notificationways=tuple(self.ways),
                contacts=tuple(self.contacts),
                contactgroups=tuple(self.contactgroups),
                hosts=tuple(self.hosts),
                hostgroups=tuple(self.hostgroups),
                services=tuple(self.services),
                servicegroups=tuple(self.servicegroups),
                dependencies=tuple(self.dependencies),
                recurringdowntimes=tuple(self.recurring),
                rules=tuple(self.rules),
                **self.others,
            ),
        )

    def without(self, host: str) -> Part:
        """Return the part with one host and its services gone."""
        part = self.part()
        objects = replace(
            part.objects,
            hosts=tuple(each for each in part.objects.hosts if each.host_name != host),
            services=tuple(each for each in part.objects.services if each.host_name != host),
        )
        return replace(part, objects=objects)
