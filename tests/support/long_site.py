"""A small site to live through years: hosts behind routers, services, people, periods, downtimes that come again."""

from __future__ import annotations

from msgspec.structs import replace

from alignak.model.relations import Escalation
from alignak.model.timeperiods import DateRange, Day, RangeKind, Timeperiod
from tests.support.sites import PASSIVE, Site
from tests.support.weather import Weather

ZONE = "Europe/Paris"
OPENS, CLOSES = 8, 20
"""The hours of ``daytime``, on every day, by the clocks of the zone."""

HOSTS, SERVICES_EACH = 20, 5
ROUTERS = ("h00", "h10")
NIGHTLY = "h07"
"""The host that has a downtime each night, and no other."""
LOUD = ("admin", "ann", "duty")
"""Who is told message by message; ``boss`` gets the messages of ten minutes as one."""

ESCALATIONS = (
    Escalation("stubborn", first_notification=3, last_notification=0, notification_interval=120, contacts=("duty",)),
    Escalation(
        "old", is_time_based=True, first_notification_time=480, last_notification_time=0, contacts=("duty", "boss")
    ),
)

KINDS: tuple[dict[str, object], ...] = (
    {"check_interval": 60, "retry_interval": 5, "max_check_attempts": 3, "notification_interval": 240},
    {"check_interval": 180, "retry_interval": 10, "max_check_attempts": 2, "notification_period": "daytime"},
    {"check_interval": 60, "retry_interval": 0, "check_period": "daytime", "escalations": ("stubborn",)},
    {"check_interval": 180, "retry_interval": 15, "first_notification_delay": 30, "escalations": ("old",)},
    {"check_interval": 120, "retry_interval": 5, "notification_interval": 0, "contacts": ("admin", "ann", "boss")},
)
"""How the services of a host are looked after."""


def daytime() -> Timeperiod:
    """Return the period of the waking hours."""
    hours = ((OPENS * 60, CLOSES * 60),)
    return Timeperiod(
        "daytime", entries=tuple(DateRange(RangeKind.WEEKDAY, Day(weekday=day), minutes=hours) for day in range(7))
    )


def long_site() -> Site:
    """Return 20 hosts and 100 services."""
    site = Site(use_timezone=ZONE, enable_notifications=True)
    site.periods.append(daytime())
    site.contact("ann", host_notification_period="daytime", service_notification_period="daytime")
    site.contact("duty").contact("boss", group_window=600)
    site.others["escalations"] = ESCALATIONS
    flapping = {"flap_detection_options": ("o", "w", "c", "u", "d"), "passive_checks_enabled": True}
    shared = {"notification_interval": 240, "contacts": ("admin", "ann"), **flapping}
    for number in range(HOSTS):
        name = f"h{number:02}"
        router = ROUTERS[number // 10]
        parents = () if name == router else (router,)
        site.host(name, parents=parents, check_interval=90, retry_interval=5, max_check_attempts=2, **shared)
        for kind in range(SERVICES_EACH):
            site.service(name, f"s{kind}", **{**shared, **KINDS[kind]})
        if number % 5 == 4:
            site.services.pop()
            site.service(
                name, "s4", **{**shared, **PASSIVE}, check_freshness=True, freshness_threshold=7200, freshness_state="u"
            )
    for number in range(1, 10):
        site.depends(f"h{number:02};s3", "h05;s0", notification_criteria=("c", "u"), execution_criteria=("n",))
    site.recurs("nightly", NIGHTLY, rule="daily", start="02:30", seconds=3600)
    site.recurs("backup", "h08;s0", "h08;s1", rule="FREQ=WEEKLY;BYDAY=SU", start="02:15", seconds=5400)
    return site


def weather() -> dict[str, Weather]:
    """Return how everything at the site really is."""
    found = {}
    for number in range(HOSTS):
        name = f"h{number:02}"
        found[name] = Weather(name, days_good=90.0, hours_bad=3.0)
        for kind in range(SERVICES_EACH):
            found[f"{name};s{kind}"] = Weather(f"{name};s{kind}", restless_share=0.15)
    return found


def without_one_host(site: Site) -> Site:
    """Return the site as somebody reads it in again after a host was taken down for a while."""
    changed = Site()
    changed.__dict__.update(site.__dict__)
    changed.hosts = [replace(each) for each in site.hosts if each.host_name != "h19"]
    changed.services = [replace(each) for each in site.services if each.host_name != "h19"]
    return changed
