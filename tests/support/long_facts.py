"""What whoever lives with a monitoring for years would miss if it broke, looked at from outside the engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alignak.engine.engine import Engine
from alignak.engine.retention import encode_engine, encode_item
from alignak.engine.state import Item
from alignak.engine.wheel import SWEEP_AT
from alignak.messages.work import Order
from tests.support.long_site import CLOSES, LOUD, OPENS, ZONE

HOUR = 3600.0
ENDS = ("FLAPPINGSTOP", "DOWNTIMEEND")
"""What tells of the end of a problem as well, where the object is well by then."""


def open_seconds(begin: float, end: float) -> float:
    """Return how many seconds between two times are in ``daytime``, by another way than the engine's."""
    zone, found = ZoneInfo(ZONE), 0.0
    day = datetime.fromtimestamp(begin, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while day.timestamp() < end:
        opens = day.replace(hour=OPENS).timestamp()
        found += max(0.0, min(end, day.replace(hour=CLOSES).timestamp()) - max(begin, opens))
        day += timedelta(days=1)
    return found


def is_daytime(at: float) -> bool:
    """Tell whether a time is in ``daytime``."""
    return OPENS <= datetime.fromtimestamp(at, ZoneInfo(ZONE)).hour < CLOSES


class Checks:
    """No object is forgotten: it is checked at least once in two intervals of its period."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        self.wrong: list[str] = []
        self.count = 0

    def checked(self, item: Item, order: Order, now: float) -> None:
        """Note a check; a regular one belongs into the check period."""
        self.count += 1
        self.look(item, now)
        if item.policy.check_period and order.cause.startswith("check-") and not is_daytime(now):
            self.wrong.append(f"{item.key} is checked outside its period at {now}")
        self.last[item.key] = now

    def look(self, item: Item, now: float) -> None:
        """Note it when an object was not checked for too long."""
        last, most = self.last.get(item.key, now), item.policy.check_interval * 120
        if now - last > most and item.policy.active_checks_enabled:
            waited = open_seconds(last, now) if item.policy.check_period else now - last
            if waited > most:
                self.wrong.append(f"{item.key} was not checked from {last} to {now}")


class Tellings:
    """Every problem is told once in its interval, and the end of every problem that was told is told once."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], float] = {}
        """Object and contact -> when the contact was last told of a problem whose end was not told yet."""
        self.excuses: dict[str, float] = defaultdict(float)
        """Object -> when something last happened that may be told before the interval is over."""
        self.loud: dict[str, float] = {}
        """Object -> since when there is a problem that nothing keeps quiet."""
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def excused(self, key: str, now: float) -> None:
        """Note that something happened of which people may be told at once."""
        self.excuses[key] = now

    def message(self, item: Item, contact: str, type_: str, now: float) -> None:
        """Note what somebody was told."""
        self.counts[type_] += 1
        who = (item.key, contact)
        if contact not in LOUD:
            return
        if type_ == "PROBLEM":
            self._problem(item, who, now)
        elif type_ == "RECOVERY":
            if self.told.pop(who, None) is None:
                self.wrong.append(f"{who} hears at {now} of the end of a problem nobody told of")
        elif type_ in ENDS and item.is_good:
            self.told.pop(who, None)

    def _problem(self, item: Item, who: tuple[str, str], now: float) -> None:
        last = self.told.get(who)
        excuse = max(self.excuses[item.key], self.excuses[item.host.key])
        least = item.policy.notification_interval * 60 or float("inf")
        least = min(least, 120 * 60) if item.policy.escalations else least
        if last is not None and now - last < least - 60 and excuse < last:
            self.wrong.append(f"{who} is told at {now} again, {now - last} seconds after the last time")
        self.told[who] = now

    def look(self, item: Item, now: float) -> None:
        """Note it when there is a problem that nothing keeps quiet and that nobody was told of in time."""
        if not _is_loud(item, now):
            self.loud.pop(item.key, None)
            return
        since = self.loud.setdefault(item.key, now)
        interval = item.policy.notification_interval * 60
        margin = 2 * HOUR + item.policy.first_notification_delay * 60
        if now - since <= interval + margin:
            return
        last = max(self.told.get((item.key, contact), 0.0) for contact in LOUD)
        oldest = now - interval - margin if interval else 0.5
        if last < oldest:
            self.wrong.append(f"{item.key} is {item.state.state} since {since}, and nobody was told since {last}")


def _is_loud(item: Item, now: float) -> bool:
    """Tell whether an object is a problem and nothing keeps it quiet."""
    state, host = item.state, item.host
    if not item.is_problem or state.acknowledgement or state.is_flapping or item.downtime_depth:
        return False
    if item is not host and (not host.is_good or host.downtime_depth):
        return False
    if item.parents and not any(each.is_good for each in item.parents):
        return False
    if any(not master.is_good for master, _how in item.masters):
        return False
    return not item.policy.notification_period or is_daytime(now)


class Sizes:
    """What is remembered does not grow with the years."""

    def __init__(self) -> None:
        self.most: dict[str, list[float]] = defaultdict(list)
        """What -> the most there was of it in each day."""

    def measure(self, engine: Engine) -> None:
        """Count everything that could grow."""
        world = engine.world
        states = [item.state for item in world.items.values()]
        wheel = engine._wheel
        now = {
            "downtimes": sum(len(each.downtimes) for each in states),
            "comments": sum(len(each.comments) for each in states),
            "notices": sum(len(each.notices) for each in states),
            "told contacts": sum(len(each.notified_contacts) for each in states),
            "bytes of states": sum(len(encode_item(each)) for each in states),
            "bytes of the engine": len(encode_engine(world.own)),
            "timers": len(wheel),
            "dead entries of the wheel": max(0, len(wheel._heap) - SWEEP_AT - 2 * len(wheel)),
            "checks under way": len(world.flights),
            "actions under way": len(world.actions),
            "owners": len(world.owners),
            "triggers": len(world.triggers),
            "occurrences": len(world.occurrences),
            "windows": len(world.windows),
            "held": len(world.held),
            "policies": len(world._policies),
            "periods": len(world.calendars._spans) + len(world.calendars._gaps),
        }
        for name, value in now.items():
            self.most[name].append(value)

    def growing(self) -> list[str]:
        """Return what had more than twice as much in the last third of the days as in the first."""
        third = len(next(iter(self.most.values()))) // 3
        return [
            f"{name}: {max(values[:third])} at first, {max(values[-third:])} at last"
            for name, values in self.most.items()
            if max(values[-third:]) > 2 * max(values[:third]) + 20
        ]
