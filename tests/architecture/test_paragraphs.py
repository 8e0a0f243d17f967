"""Each paragraph on the engine that was promised has a story in the playbook, which names it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PLAYBOOK = Path(__file__).parents[1] / "playbook"

PARAGRAPHS: dict[str, tuple[str, tuple[str, ...]]] = {
    "4.1": (
        "Scheduler main loop",
        (
            "schedule",
            "check_orphaned",
            "check_for_system_time_change",
            "check_for_expire_acknowledge",
            "update_business_values",
            "update_retention",
        ),
    ),
    "4.2": (
        "When a check is scheduled",
        (
            "eligible",
            "zero interval",
            "interval used",
            "first check",
            "next",
            "in progress",
            "modulation",
            "timeout",
            "orphan",
            "check dependencies",
            "time change",
        ),
    ),
    "4.3": (
        "Result to state",
        (
            "exit codes",
            "resultmodulations",
            "state_type_id",
            "last_state_change",
            "initial state",
            "timeouts",
            "missing executable",
            "OK or PENDING",
            "problem SOFT",
            "problem HARD",
            "is_volatile",
            "hard unknown phase",
            "dependency_check",
            "event_id and problem_id",
        ),
    ),
    "4.4": (
        "Dependencies",
        ("wait_dependent", "UNREACHABLE", "actions enabled", "passive-only parents", "obsess"),
    ),
    "4.5": ("Problems and impacts", ("is_problem", "states change", "business_impact")),
    "4.6": ("Freshness", ("watched", "threshold", "freshness_state", "while expired", "real result", "log")),
    "4.7": ("Flapping", ("history", "thresholds", "start and stop", "notifications")),
    "4.8": (
        "Notifications",
        (
            "blocked at item level",
            "blocked at contact level",
            "first notification",
            "repeat",
            "number",
            "recovery contacts",
            "escalation by number",
            "escalation by time",
            "acknowledgement",
            "retention",
            "commands",
            "error",
            "types",
        ),
    ),
    "4.9": ("Acknowledgements", ("only on a problem", "sticky", "normal", "end_time", "services of a host", "comment")),
    "4.10": (
        "Downtimes",
        (
            "fixed",
            "flexible",
            "trigger_id",
            "depth",
            "host downtime",
            "ending",
            "cancel",
            "automatic comment",
            "maintenance_period",
            "event handlers",
            "contact downtimes",
        ),
    ),
    "4.11": (
        "Event handlers, snapshots, perfdata commands",
        ("event handler", "launched by hand", "snapshot", "perfdata command", "metric parser"),
    ),
    "4.12": (
        "Internal checks",
        (
            "_internal_host_up",
            "_echo",
            "_internal_host_check",
            "_internal_service_check",
            "bp_rule",
            "missing check_command",
        ),
    ),
    "4.13": ("Retention", ("saved properties", "dictionaries", "overrides the configuration", "unknown contacts")),
    "4.14": (
        "Macros",
        ("resolution", "objects", "notification", "groups", "global", "custom", "on demand", "environment"),
    ),
}
"""Number -> title and what the paragraphs are about."""

_NAMED = re.compile(r'(4\.\d+)((?:,?\s+(?:and\s+)?"[^"]+")+)')


def named() -> set[tuple[str, str]]:
    """Return the paragraphs that tests of the playbook name: ``engine.md 4.2 "first check", "next"``."""
    found = set()
    for path in PLAYBOOK.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                text = ast.get_docstring(node) or ""
                for number, names in _NAMED.findall(text) if "engine.md" in text else ():
                    found.update((number, name) for name in re.findall(r'"([^"]+)"', names))
    return found


@pytest.mark.parametrize("number", PARAGRAPHS)
def test_each_paragraph_has_a_story(number: str) -> None:
    wanted = {(number, name) for name in PARAGRAPHS[number][1]}
    assert wanted <= named(), f"{number} {PARAGRAPHS[number][0]}: no test of the playbook names {wanted - named()}"


def test_no_story_names_a_paragraph_there_is_not() -> None:
    known = {(number, name) for number, (_, names) in PARAGRAPHS.items() for name in names}
    assert named() <= known
