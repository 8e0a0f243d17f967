"""Scenarios from a seed: the same number gives the same scenario, always.

Each theme is about one part of what the engines decide, and chooses freely within it. ``BUILT`` says which themes our
engine can play; the others are made and played when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Final

from tests.differential.scenarios import BASE, UNIT, Answers, Definition, Event, Place, Scenario, second

SLOTS: Final = 30
LAST_SLOT: Final = SLOTS - 1
HOST_LETTERS: Final = ("d", "u", "r", "f", "s")
SERVICE_LETTERS: Final = ("w", "u", "c", "r", "f", "s")


class Maker:
    """A scenario while it is made."""

    def __init__(self, name: str, theme: str, rng: Random) -> None:
        self.name = name
        self.theme = theme
        self.rng = rng
        self.definitions: list[Definition] = []
        self.events: list[Event] = []
        self.answers: dict[str, Answers] = {}
        self.comments = 0
        self.problems = (1, 2, 3) if rng.random() < 0.3 else (1, 2)
        self.last_slot = LAST_SLOT

    def scenario(self) -> Scenario:
        """Return what was made."""
        events = tuple(sorted(self.events, key=lambda each: each.at))
        return Scenario(
            self.name, self.theme, tuple(self.definitions), events, self.answers, self.last_slot * UNIT + UNIT // 2
        )

    # Objects

    def define(self, type_: str, directives: Mapping[str, object]) -> None:
        """Add a definition."""
        self.definitions.append(Definition(type_, {name: str(value) for name, value in directives.items()}))

    def contact(self, name: str = "c", **more: object) -> str:
        """Add somebody to tell, who wants to know everything, and return the name."""
        full = f"{self.name}-{name}"
        self.define(
            "contact",
            {
                "contact_name": full,
                "host_notifications_enabled": 1,
                "service_notifications_enabled": 1,
                "host_notification_period": "always",
                "service_notification_period": "always",
                "host_notification_options": ",".join(HOST_LETTERS),
                "service_notification_options": ",".join(SERVICE_LETTERS),
                "host_notification_commands": "notify-host",
                "service_notification_commands": "notify-service",
                **more,
            },
        )
        return full

    def _common(self) -> dict[str, object]:
        return {
            "check_period": "always",
            "check_interval": 1,
            "retry_interval": 1,
            "max_check_attempts": self.rng.randint(1, 4),
            "active_checks_enabled": 0,
            "passive_checks_enabled": 1,
            "notifications_enabled": 1,
            "notification_interval": self.rng.choice((0, 2, 3, 5)),
            "notification_period": "always",
            "contacts": f"{self.name}-c",
            "flap_detection_enabled": 0,
            "event_handler_enabled": 1,
        }

    def host(self, name: str = "h", **more: object) -> str:
        """Add a host that is not checked actively, and return its key."""
        full = f"{self.name}-{name}"
        self.define(
            "host",
            {
                "host_name": full,
                "alias": full,
                "address": "127.0.0.1",
                "check_command": "check-host",
                "notification_options": ",".join(HOST_LETTERS),
                "event_handler": "handle-host",
                **self._common(),
                **more,
            },
        )
        return full

    def service(self, host: str, name: str = "s", **more: object) -> str:
        """Add a service that is not checked actively, and return its key."""
        self.define(
            "service",
            {
                "host_name": host,
                "service_description": name,
                "check_command": "check-service",
                "notification_options": ",".join(SERVICE_LETTERS),
                "event_handler": "handle-service",
                **self._common(),
                **more,
            },
        )
        return f"{host};{name}"

    def period(self, name: str, ranges: str) -> str:
        """Add a time period that is the same on Monday as on every day, and return its name."""
        full = f"{self.name}-{name}"
        days = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
        self.define("timeperiod", {"timeperiod_name": full, "alias": full, **dict.fromkeys(days, ranges)})
        return full

    # What happens

    def passive(self, at: int, key: str, code: int) -> None:
        """Have somebody else say how an object is."""
        kind = "SERVICE" if ";" in key else "HOST"
        self.events.append(Event(at, f"PROCESS_{kind}_CHECK_RESULT;{key};{code};code {code}"))

    def results(self, key: str, codes: Iterable[int], place: Place, first: int = 1) -> list[int]:
        """Have a passive result in each slot, and return them by slot."""
        found = [0] * first
        for slot, code in enumerate(codes, first):
            self.passive(second(slot, place), key, code)
            found.append(code)
        return found

    def command(self, slot: int, text: str, place: Place = Place.COMMAND) -> None:
        """Have an external command in a slot."""
        self.events.append(Event(second(slot, place), text))

    def active(self, key: str, codes: Sequence[int], first: int) -> None:
        """Have the plugin of an object answer a code in each slot; it changes between the slots."""
        since = [(slot * UNIT - UNIT // 2, code) for slot, code in enumerate(codes, 1)]
        self.answers[key] = Answers(first, ((0, 0), *since))

    def codes(self, problems: Sequence[int] = (), stay: float = 0.6, count: int = LAST_SLOT) -> list[int]:
        """Return a run of exit codes: what is, stays for a while."""
        found = [0]
        while len(found) < count:
            found.append(found[-1] if self.rng.random() < stay else self.rng.choice((0, *(problems or self.problems))))
        return found

    def slot(self, first: int = 3, last: int = LAST_SLOT - 4) -> int:
        """Return a slot in the middle."""
        return self.rng.randint(first, last)

    def comment(self) -> str:
        """Return a text nobody else has written."""
        self.comments += 1
        return f"{self.name} {self.comments}"

    def some(self, letters: Sequence[str], least: int = 1) -> str:
        """Return some of the letters."""
        return ",".join(sorted(self.rng.sample(letters, self.rng.randint(least, len(letters)))))


def _kind(key: str) -> str:
    return "SVC" if ";" in key else "HOST"


# Themes


def states(make: Maker) -> None:
    """Results of services, through their attempts."""
    make.contact()
    host = make.host()
    for name, place in (("s1", Place.SERVICE), ("s2", Place.OTHER_SERVICE)):
        make.results(make.service(host, name), make.codes(stay=make.rng.choice((0.3, 0.6, 0.8))), place)


def volatile(make: Maker) -> None:
    """Services of which every problem counts."""
    make.contact()
    host = make.host()
    for name, place in (("s1", Place.SERVICE), ("s2", Place.OTHER_SERVICE)):
        most = make.rng.choice((1, 1, 1, 3))
        make.results(make.service(host, name, is_volatile=1, max_check_attempts=most), make.codes(), place)


def hosts(make: Maker) -> None:
    """Results of hosts, through their attempts."""
    make.contact()
    for name in ("h1", "h2"):
        make.results(make.host(name), make.codes((1,), stay=make.rng.choice((0.4, 0.7))), Place.HOST)


def active(make: Maker) -> None:
    """Services that are checked regularly, more often while a problem is soft."""
    make.contact()
    host = make.host()
    for name, place in (("s1", Place.SERVICE), ("s2", Place.OTHER_SERVICE)):
        check, retry = make.rng.choice(((1, 1), (2, 2), (3, 3), (1, 1), (3, 1), (4, 2)))
        interval = make.rng.choice((0, 0, check, 2 * check))
        key = make.service(
            host,
            name,
            active_checks_enabled=1,
            check_interval=check,
            retry_interval=retry,
            notification_interval=interval,
        )
        make.active(key, make.codes(stay=0.8), UNIT + place)


def options(make: Maker) -> None:
    """Who wants to know of what."""
    names = [
        make.contact(
            f"c{number}",
            host_notification_options=make.some(HOST_LETTERS),
            service_notification_options=make.some(SERVICE_LETTERS),
            service_notifications_enabled=int(make.rng.random() < 0.8),
            host_notifications_enabled=int(make.rng.random() < 0.8),
        )
        for number in range(3)
    ]
    contacts = ",".join(names)
    host = make.host(contacts=contacts, notification_options=make.some(HOST_LETTERS))
    service = make.service(host, contacts=contacts, notification_options=make.some(SERVICE_LETTERS, 2))
    alone = make.host("alone", contacts=contacts, notification_options=make.some(HOST_LETTERS, 2))
    make.results(service, make.codes(), Place.SERVICE)
    make.results(alone, make.codes((1,)), Place.HOST)


def periods(make: Maker) -> None:
    """Times at which nobody is told."""
    make.contact("c")
    ranges = make.rng.choice(("00:00-12:01,12:03-24:00", "12:02-24:00", "00:00-12:02", "12:01-12:02,12:04-24:00"))
    hole = make.period("hole", ranges)
    make.contact("d", service_notification_period=hole)
    both = f"{make.name}-c,{make.name}-d"
    host = make.host(contacts=both)
    first = make.service(host, "s1", contacts=both)
    other = make.service(host, "s2", contacts=both, notification_period=hole)
    make.results(first, make.codes(stay=0.8), Place.SERVICE)
    make.results(other, make.codes(stay=0.8), Place.OTHER_SERVICE)


def delays(make: Maker) -> None:
    """First notifications that wait."""
    make.contact()
    host = make.host()
    for name, place in (("s1", Place.SERVICE), ("s2", Place.OTHER_SERVICE)):
        key = make.service(
            host, name, first_notification_delay=make.rng.randint(1, 4), notification_interval=make.rng.choice((0, 4))
        )
        make.results(key, make.codes(stay=0.8), place)


def switches(make: Maker) -> None:
    """Notifications that are switched off and on again."""
    make.contact("c")
    make.contact("d")
    both = f"{make.name}-c,{make.name}-d"
    host = make.host(contacts=both)
    service = make.service(host, contacts=both)
    make.results(service, make.codes(stay=0.7), Place.SERVICE)
    make.results(host, [0] * LAST_SLOT, Place.HOST)
    for _ in range(make.rng.randint(1, 3)):
        first = make.slot()
        what = make.rng.choice(
            (
                f"SVC_NOTIFICATIONS;{service}",
                f"HOST_SVC_NOTIFICATIONS;{host}",
                f"CONTACT_SVC_NOTIFICATIONS;{make.name}-d",
                f"SVC_EVENT_HANDLER;{service}",
                f"PASSIVE_SVC_CHECKS;{service}",
            )
        )
        make.command(first, f"DISABLE_{what}")
        make.command(first + make.rng.randint(1, 4), f"ENABLE_{what}", Place.OTHER_COMMAND)


def acknowledgements(make: Maker) -> None:
    """Problems somebody takes care of."""
    make.contact()
    host = make.host()
    service = make.service(host)
    alone = make.host("alone")
    of_service = make.results(service, make.codes(stay=0.75), Place.SERVICE)
    of_host = make.results(alone, make.codes((1,), stay=0.75), Place.HOST)
    for key, codes in ((service, of_service), (alone, of_host)):
        bad = [slot for slot in range(3, LAST_SLOT - 3) if codes[slot]]
        for slot in sorted(make.rng.sample(bad, min(len(bad), make.rng.randint(1, 3)))):
            sticky, notify = make.rng.choice((0, 1, 2)), make.rng.choice((0, 1))
            name = "ACKNOWLEDGE_SVC_PROBLEM" if ";" in key else "ACKNOWLEDGE_HOST_PROBLEM"
            make.command(slot, f"{name};{key};{sticky};{notify};0;somebody;{make.comment()}")
            if make.rng.random() < 0.4:
                name = f"REMOVE_{_kind(key)}_ACKNOWLEDGEMENT"
                make.command(slot + make.rng.randint(0, 3), f"{name};{key}", Place.OTHER_COMMAND)


def _downtime(make: Maker, key: str, slot: int, trigger: str = "", *, fixed: bool = True) -> str:
    """Plan a downtime in a slot and return its comment."""
    comment = make.comment()
    start = BASE + second(slot + make.rng.randint(0, 3), Place.EDGE)
    length = make.rng.randint(2, 8) * UNIT + 1
    duration = make.rng.randint(1, 4) * UNIT + Place.EDGE - Place.SERVICE - 1
    found = f"<id {trigger}>" if trigger else "0"
    make.command(
        slot,
        f"SCHEDULE_{_kind(key)}_DOWNTIME;{key};{start};{start + length};{int(fixed)};{found};{duration};me;{comment}",
    )
    return comment


def downtimes(make: Maker) -> None:
    """Times at which problems are expected."""
    make.contact()
    host = make.host()
    service = make.service(host)
    alone = make.host("alone")
    make.results(host, [0] * LAST_SLOT, Place.HOST)
    make.results(service, make.codes(stay=0.75), Place.SERVICE)
    make.results(alone, make.codes((1,), stay=0.75), Place.HOST)
    for key in (service, alone):
        for slot in sorted(make.rng.sample(range(2, LAST_SLOT - 8), make.rng.randint(1, 2))):
            comment = _downtime(make, key, slot)
            if make.rng.random() < 0.3:
                name = f"DEL_{_kind(key)}_DOWNTIME"
                make.command(slot + make.rng.randint(1, 6), f"{name};<id {comment}>", Place.OTHER_COMMAND)


def flexible(make: Maker) -> None:
    """Downtimes that begin with a problem."""
    make.contact()
    for name in ("s1", "s2"):
        host = make.host(f"h{name}")
        service = make.service(host, name, max_check_attempts=make.rng.choice((1, 1, 3)))
        first = make.slot(4, 12)
        # Mostly well when the window opens: whether a problem that is there counts is one question, not all of them.
        before = [0] * (first + 4) if make.rng.random() < 0.7 else make.codes(count=first + 4)
        make.results(service, before + make.codes(stay=0.75, count=LAST_SLOT - first - 4), Place.SERVICE)
        _downtime(make, service, first, fixed=False)
    alone = make.host("alone")
    if make.rng.random() < 0.3:
        make.results(alone, make.codes((1,), stay=0.75), Place.HOST)
        _downtime(make, alone, make.slot(2, LAST_SLOT - 10), fixed=False)


def triggered(make: Maker) -> None:
    """Downtimes that begin with another one."""
    make.contact()
    host = make.host()
    first = make.service(host, "first", max_check_attempts=1)
    service = make.service(host, "s")
    make.results(first, [0] * 8 + make.codes(stay=0.75, count=LAST_SLOT - 8), Place.OTHER_SERVICE)
    make.results(service, make.codes(stay=0.75), Place.SERVICE)
    slot = make.slot(2, 5)
    comment = _downtime(make, first, slot, fixed=make.rng.random() < 0.5)
    start = BASE + second(slot, Place.EDGE)
    end, duration = start + 20 * UNIT, make.rng.randint(1, 4) * UNIT + 7
    make.command(
        slot,
        f"SCHEDULE_SVC_DOWNTIME;{service};{start};{end};0;<id {comment}>;{duration};me;{make.comment()}",
        Place.OTHER_COMMAND,
    )


def host_downtimes(make: Maker) -> None:
    """Downtimes of hosts that have services."""
    make.contact()
    host = make.host()
    service = make.service(host)
    dies = make.rng.random() < 0.4
    make.results(host, make.codes((1,), stay=0.85) if dies else [0] * LAST_SLOT, Place.HOST)
    make.results(service, make.codes(stay=0.75), Place.SERVICE)
    _downtime(make, host, make.slot(2, LAST_SLOT - 10))


def dead_hosts(make: Maker) -> None:
    """Services of a host that goes down, both told of by others."""
    make.contact()
    host = make.host()
    make.results(host, make.codes((1,), stay=0.8), Place.HOST)
    for name, place in (("s1", Place.SERVICE), ("s2", Place.OTHER_SERVICE)):
        make.results(make.service(host, name), make.codes(stay=0.7), place)


def asked_hosts(make: Maker) -> None:
    """A host that is checked on demand when its service fails, and regularly hardly ever."""
    make.contact()
    host = make.host(active_checks_enabled=1, check_interval=SLOTS, max_check_attempts=1)
    service = make.service(host)
    codes = make.codes((2,), stay=0.85)
    make.active(host, codes, UNIT)
    of_service = [2 if bad else make.rng.choice((0, 0, 0, 2)) for bad in codes]
    make.results(service, of_service, Place.SERVICE)
    for slot in range(2, LAST_SLOT):
        if codes[slot - 1] != codes[slot - 2] or not of_service[slot - 1]:
            _check(make, host, slot, Place.HOST)


def parents(make: Maker) -> None:
    """Hosts behind hosts, checked one after the other."""
    make.contact()
    seldom = {"active_checks_enabled": 1, "check_interval": SLOTS, "max_check_attempts": 1}
    routers = [make.host(f"r{number}", **seldom) for number in range(make.rng.choice((1, 2)))]
    host = make.host("h", parents=",".join(routers), **seldom)
    dead = [make.codes((2,), stay=0.85) for _ in routers]
    for router, codes in zip(routers, dead, strict=True):
        make.active(router, codes, UNIT)
    own = make.codes((2,), stay=0.85)
    behind = [2 if mine or all(each[slot] for each in dead) else 0 for slot, mine in enumerate(own)]
    make.active(host, behind, UNIT + Place.SERVICE)
    asks_first = make.rng.random() < 0.7
    for slot in range(2, LAST_SLOT):
        if asks_first or make.rng.random() < 0.5:
            for router in routers:
                _check(make, router, slot, Place.COMMAND)
        if asks_first or make.rng.random() < 0.5:
            _check(make, host, slot, Place.OTHER_COMMAND)


def _check(make: Maker, host: str, slot: int, place: Place) -> None:
    """Have a host checked in a slot, whatever was planned."""
    make.command(slot, f"SCHEDULE_FORCED_HOST_CHECK;{host};{BASE + second(slot, place)}", place)


def flapping(make: Maker) -> None:
    """Objects that change again and again, after they were quiet for as long as is looked back."""
    make.contact()
    make.last_slot = 2 * LAST_SLOT
    quiet, wild = (23 if make.rng.random() < 0.8 else 3), make.rng.randint(8, 14)
    rest = make.last_slot - quiet - wild
    host = make.host()
    key = make.service(
        host,
        flap_detection_enabled=1,
        low_flap_threshold=make.rng.choice((5, 15, 25)),
        high_flap_threshold=make.rng.choice((30, 40, 50)),
        max_check_attempts=make.rng.choice((1, 2)),
    )
    codes = [0] * quiet + make.codes(stay=0.1, count=wild) + make.codes(stay=0.95, count=rest)
    make.results(key, codes, Place.SERVICE)
    alone = make.host("alone", flap_detection_enabled=1, low_flap_threshold=10, high_flap_threshold=35)
    codes = [0] * quiet + make.codes((1,), stay=0.2, count=wild) + [0] * rest
    make.results(alone, codes, Place.HOST)


def escalations(make: Maker) -> None:
    """Others who are told when a problem lasts."""
    make.contact("c")
    make.contact("boss")
    make.contact("chief")
    host = make.host(notification_interval=make.rng.choice((2, 3)))
    key = make.service(host, notification_interval=make.rng.choice((2, 3)), max_check_attempts=1)
    make.results(key, make.codes(stay=0.9), Place.SERVICE)
    make.results(host, [0] * LAST_SLOT, Place.HOST)
    for who in ("boss", "chief")[: make.rng.randint(1, 2)]:
        first = make.rng.randint(2, 4)
        make.define(
            "serviceescalation",
            {
                "host_name": host,
                "service_description": "s",
                "contacts": f"{make.name}-{who}",
                "first_notification": first,
                "last_notification": make.rng.choice((0, first, first + 2)),
                "notification_interval": make.rng.choice((1, 2, 4)),
                "escalation_options": make.some(("w", "u", "c", "r"), 2),
            },
        )


def service_dependencies(make: Maker) -> None:
    """Services whose notifications or checks depend on others."""
    make.contact()
    host = make.host()
    base, key = make.service(host, "base", max_check_attempts=1), make.service(host, "s", max_check_attempts=1)
    make.results(base, make.codes(stay=0.8), Place.SERVICE)
    make.results(key, make.codes(stay=0.8), Place.OTHER_SERVICE)
    _depend(make, "service", host, ("o", "w", "u", "c"))


def checked_dependencies(make: Maker) -> None:
    """Services that are not checked while others fail."""
    make.contact()
    host = make.host()
    often = {"active_checks_enabled": 1, "max_check_attempts": 1}
    base, key = make.service(host, "base", **often), make.service(host, "s", **often)
    make.active(base, make.codes(stay=0.8), UNIT + Place.SERVICE)
    make.active(key, make.codes(stay=0.8), UNIT + Place.OTHER_SERVICE)
    _depend(make, "service", host, ("o", "w", "u", "c"), "execution")


def _depend(make: Maker, kind: str, host: str, letters: Sequence[str], effect: str = "notification") -> None:
    make.define(
        f"{kind}dependency",
        {
            "host_name": host,
            "service_description": "base",
            "dependent_host_name": host,
            "dependent_service_description": "s",
            f"{effect}_failure_criteria": make.some(letters),
            "inherits_parent": 0,
        },
    )


def host_dependencies(make: Maker) -> None:
    """Hosts whose notifications depend on others."""
    make.contact()
    base, key = make.host("base", max_check_attempts=1), make.host("h", max_check_attempts=1)
    make.results(base, make.codes((1,), stay=0.8), Place.HOST)
    make.results(key, make.codes((1,), stay=0.8), Place.SERVICE)
    make.define(
        "hostdependency",
        {
            "host_name": base,
            "dependent_host_name": key,
            "notification_failure_criteria": make.some(("o", "d", "u")),
            "inherits_parent": 0,
        },
    )


def mixed(make: Maker) -> None:
    """A little of everything."""
    make.contact()
    host = make.host()
    service = make.service(host, first_notification_delay=make.rng.choice((0, 0, 2)))
    make.results(host, make.codes((1,), stay=0.9), Place.HOST)
    codes = make.results(service, make.codes(stay=0.75), Place.SERVICE)
    _downtime(make, service, make.slot(2, LAST_SLOT - 10), fixed=make.rng.random() < 0.7)
    bad = [slot for slot in range(3, LAST_SLOT - 3) if codes[slot]]
    if bad:
        slot = make.rng.choice(bad)
        make.command(slot, f"ACKNOWLEDGE_SVC_PROBLEM;{service};{make.rng.choice((1, 2))};1;0;me;{make.comment()}")
    off = make.slot()
    make.command(off, f"DISABLE_SVC_NOTIFICATIONS;{service}", Place.OTHER_COMMAND)
    make.command(off + 3, f"ENABLE_SVC_NOTIFICATIONS;{service}", Place.OTHER_COMMAND)


THEMES: Final[Mapping[str, Callable[[Maker], None]]] = {
    each.__name__: each
    for each in (
        states,
        volatile,
        hosts,
        active,
        options,
        periods,
        delays,
        switches,
        acknowledgements,
        downtimes,
        flexible,
        triggered,
        host_downtimes,
        dead_hosts,
        asked_hosts,
        parents,
        flapping,
        escalations,
        service_dependencies,
        checked_dependencies,
        host_dependencies,
        mixed,
    )
}
"""Name -> what makes a scenario of it."""

NOT_BUILT: Final[frozenset[str]] = frozenset()
"""What our engine does not do yet, or not right."""

BUILT: Final = tuple(name for name in THEMES if name not in NOT_BUILT)


def generate(count: int, themes: Sequence[str] = BUILT, first: int = 0) -> list[Scenario]:
    """Return scenarios, by turns of each theme; the number of a scenario is its seed."""
    return [one(themes[number % len(themes)], number) for number in range(first, first + count)]


def one(theme: str, number: int) -> Scenario:
    """Return the scenario of a theme with a number."""
    make = Maker(f"{theme}{number}".replace("_", ""), theme, Random(f"{theme} {number}"))
    THEMES[theme](make)
    return make.scenario()
