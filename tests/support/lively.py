"""A small site in which everything happens that the engine knows, and commands for it, for property tests."""

from __future__ import annotations

import re

from alignak.model.objects import CommandCall
from alignak.model.relations import Escalation
from tests.support.sites import ACTIVE, PASSIVE, Site

KEYS = ("r", "h", "h;s", "h;v", "p", "p;f", "c", "c;e", "p;l")

ESCALATIONS = (
    Escalation("second", 2, notification_interval=1, options=("c", "w", "d"), contacts=("boss",)),
    Escalation("late", first_notification_time=4, is_time_based=True, options=("c", "d", "x"), contacts=("boss",)),
)


PROGRAM = {"flap_history": 4, "obsess_over_services": True, "ocsp_command": "other"}

LIVELY = {
    "flap_detection_options": ("o", "w", "c"),
    "low_flap_threshold": 40,
    "stalking_options": ("o", "c"),
    "snapshot_enabled": True,
    "snapshot_command": CommandCall("other"),
    "snapshot_criteria": ("w", "c"),
    "snapshot_interval": 1.0,
}
"""Everything that looks closer at results."""


def site() -> Site:
    handled = {"event_handler": CommandCall("eh"), "event_handler_enabled": True}
    found = (
        Site(service_perfdata_command="perf", max_service_check_spread=1, max_host_check_spread=1, **PROGRAM)
        .host("r", max_check_attempts=2, **ACTIVE)
        .host("h", parents=("r",), max_check_attempts=2, notification_interval=5, **ACTIVE)
        .service(
            "h", "s", max_check_attempts=3, first_notification_delay=2, notification_interval=3, **handled, **ACTIVE
        )
        .service("h", "v", is_volatile=True, check_period="workhours", notification_period="workhours", **ACTIVE)
        .host("p", check_freshness=True, freshness_threshold=60, **PASSIVE)
        .service("p", "f", check_freshness=True, freshness_threshold=90, max_check_attempts=2, **PASSIVE)
        .host("c", parents=("r",), escalations=("late",), notification_period="workhours", **ACTIVE)
        .service("c", "e", escalations=("second", "late"), notification_interval=2, contacts=("ann", "admin"), **ACTIVE)
        .service("p", "l", maintenance_period="workhours", **LIVELY, **ACTIVE)
        .contact("boss", group_window=45)
        .contact("ann", group_window=20, service_notification_period="workhours")
    )
    found.others["escalations"] = ESCALATIONS
    found.depends("h;v", "h;s", notification_criteria=("c", "u"), execution_criteria=("u",), period="workhours")
    found.depends("c;e", "p;f", notification_criteria=("w", "c"), inherits_parent=True)
    found.depends("p;f", "p;l", notification_criteria=("c",)).depends("c", "p", notification_criteria=("d", "x"))
    found.recurs("noon", "h", "p;l", rule="daily", start="12:10", seconds=900)
    return found


COMMANDS = (
    "SCHEDULE_RECURRING_HOST_DOWNTIME;h;daily;12:05;600;;me;a",
    "SCHEDULE_RECURRING_HOST_SVC_DOWNTIME;h;mon;11:30;7200;Europe/Paris;me;a",
    "DEL_RECURRING_DOWNTIME;2",
    "DEL_RECURRING_DOWNTIME;5",
    "ACKNOWLEDGE_HOST_PROBLEM;h;2;1;0;me;a",
    "ACKNOWLEDGE_SVC_PROBLEM;h;s;1;1;0;me;a",
    "ACKNOWLEDGE_SVC_PROBLEM_EXPIRE;p;f;2;1;0;@500;me;a",
    "REMOVE_SVC_ACKNOWLEDGEMENT;h;s",
    "ACKNOWLEDGE_HOST_PROBLEM;c;1;1;0;me;a",
    "SCHEDULE_CONTACT_DOWNTIME;admin;@0;@400;me;a",
    "SCHEDULE_CONTACT_DOWNTIME;boss;@100;@700;me;b",
    "DEL_ALL_CONTACT_DOWNTIMES;admin",
    "DISABLE_CONTACT_SVC_NOTIFICATIONS;admin",
    "ENABLE_CONTACT_SVC_NOTIFICATIONS;admin",
    "CHANGE_CONTACT_SVC_NOTIFICATION_TIMEPERIOD;boss;workhours",
    "CHANGE_CONTACT_MODSATTR;boss;0",
    "SEND_CUSTOM_SVC_NOTIFICATION;c;e;5;me;a",
    "SEND_CUSTOM_HOST_NOTIFICATION;c;6;me;a",
    "SET_SVC_NOTIFICATION_NUMBER;c;e;0",
    "SET_SVC_NOTIFICATION_NUMBER;c;e;4",
    "SCHEDULE_SVC_DOWNTIME;c;e;@0;@200;1;0;0;me;a",
    "DISABLE_HOST_AND_CHILD_NOTIFICATIONS;r",
    "ENABLE_HOST_AND_CHILD_NOTIFICATIONS;r",
    "SCHEDULE_HOST_DOWNTIME;h;@0;@300;1;0;0;me;a",
    "SCHEDULE_SVC_DOWNTIME;h;s;@60;@600;0;0;120;me;a",
    "SCHEDULE_SVC_DOWNTIME;h;v;@0;@900;0;1;60;me;a",
    "SCHEDULE_HOST_SVC_DOWNTIME;p;@30;@400;1;0;0;me;a",
    "DEL_ALL_HOST_DOWNTIMES;h",
    "DEL_SVC_DOWNTIME;3",
    "DEL_ALL_SVC_COMMENTS;h;s",
    "DISABLE_HOST_CHECK;h",
    "ENABLE_HOST_CHECK;h",
    "DISABLE_HOST_SVC_CHECKS;h",
    "ENABLE_HOST_SVC_CHECKS;h",
    "STOP_EXECUTING_HOST_CHECKS",
    "START_EXECUTING_HOST_CHECKS",
    "DISABLE_HOST_FRESHNESS_CHECKS",
    "ENABLE_HOST_FRESHNESS_CHECKS",
    "DISABLE_NOTIFICATIONS",
    "ENABLE_NOTIFICATIONS",
    "CHANGE_MAX_SVC_CHECK_ATTEMPTS;h;s;1",
    "CHANGE_NORMAL_SVC_CHECK_INTERVAL;h;s;0",
    "CHANGE_NORMAL_SVC_CHECK_INTERVAL;h;s;7",
    "CHANGE_SVC_MODATTR;h;s;0",
    "CHANGE_HOST_CHECK_TIMEPERIOD;h;workhours",
    "SCHEDULE_FORCED_SVC_CHECK;h;v;0",
    "SCHEDULE_HOST_SVC_CHECKS;h;@40",
    "DELAY_HOST_NOTIFICATION;h;@700",
    "LAUNCH_SVC_EVENT_HANDLER;h;s",
    "DISABLE_SVC_FLAP_DETECTION;p;l",
    "ENABLE_SVC_FLAP_DETECTION;p;l",
    "DISABLE_FLAP_DETECTION",
    "ENABLE_FLAP_DETECTION",
    "DEL_ALL_SVC_DOWNTIMES;p;l",
    "STOP_OBSESSING_OVER_SVC;p;l",
)
"""``@60`` stands for a minute from now."""


def timed(line: str, now: float) -> str:
    """Return a command with its times in the place of the distances from now."""
    return re.sub(r"@(\d+)", lambda found: str(int(now) + int(found[1])), line)
