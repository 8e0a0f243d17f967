"""The plan of the house: who may import whom, and what the public root and the pure rooms look like."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.support.sources import PACKAGE, ROOT, sources

PURE_ROOMS = ("base", "model", "messages", "config", "engine", "dispatch")

TABLES_AND_RECORDS = {
    "base/errors.py",
    "config/tables.py",
    "config/vocabulary.py",
    "engine/command_rows.py",
    "engine/decisions.py",
    "engine/events.py",
    "engine/underway.py",
    "messages/broks.py",
    "messages/control.py",
    "messages/explanations.py",
    "messages/simulations.py",
    "messages/trials.py",
    "messages/work.py",
    "model/calls.py",
    "model/modulations.py",
    "model/objects.py",
    "model/processes.py",
    "model/relations.py",
    "model/settings.py",
    "model/snapshot.py",
    "model/states.py",
    "model/topology.py",
}
"""Files of the pure rooms that decide nothing by themselves: the tests of those who read them cover them."""

STORIES = {
    "config/assembly.py": "unit/config/test_compile.py",
    "config/checkables.py": "unit/config/test_services.py",
    "config/graphs.py": "unit/config/test_realms.py",
    "config/groups.py": "unit/config/test_expand.py",
    "config/link.py": "unit/config/test_compile.py",
    "config/modules.py": "unit/config/test_daemons.py",
    "config/resolved.py": "unit/config/test_inherit.py",
    "config/selecting.py": "unit/config/test_dependencies.py",
    "engine/attributes.py": "unit/engine/test_views.py",
    "engine/descriptions.py": "unit/engine/test_broks.py",
    "engine/dumps.py": "unit/engine/test_views.py",
    "engine/arming.py": "playbook/test_lives.py",
    "engine/recurring_effects.py": "playbook/test_recurring.py",
    "engine/broks.py": "playbook/test_golden_runs.py",
    "engine/calendars.py": "playbook/test_active_checks.py",
    "engine/changes.py": "playbook/test_commands.py",
    "engine/checks.py": "playbook/test_active_checks.py",
    "engine/confirming.py": "playbook/test_after_a_parent_recovers.py",
    "engine/contact_effects.py": "playbook/test_contact_downtimes.py",
    "engine/dependencies.py": "playbook/test_reachability.py",
    "engine/downtimes.py": "playbook/test_downtimes_and_acknowledgements.py",
    "engine/effects.py": "playbook/test_commands.py",
    "engine/explain_contacts.py": "playbook/test_explanations.py",
    "engine/handlers.py": "playbook/test_golden_runs.py",
    "engine/hierarchy_effects.py": "playbook/test_hierarchy_commands.py",
    "engine/internals.py": "playbook/test_internal_checks.py",
    "engine/invariants.py": "property/test_engine.py",
    "engine/leaves.py": "property/test_business_rules.py",
    "engine/loglines.py": "playbook/test_golden_runs.py",
    "engine/macro_lookup.py": "unit/engine/test_macros.py",
    "engine/macro_table.py": "unit/engine/test_macros.py",
    "engine/notices.py": "playbook/test_explanations.py",
    "engine/notification_effects.py": "playbook/test_custom_notifications.py",
    "engine/program_effects.py": "playbook/test_hierarchy_commands.py",
    "engine/prospects.py": "playbook/test_explanations.py",
    "engine/rehearsing.py": "playbook/test_explanations.py",
    "engine/rule_leaves.py": "playbook/test_business_rules.py",
    "engine/settling.py": "property/test_business_rules.py",
    "engine/problems.py": "playbook/test_downtimes_and_acknowledgements.py",
    "engine/recoveries.py": "playbook/test_what_silence_kept_back.py",
    "engine/shellroles.py": "property/test_macros.py",
    "engine/shellscripts.py": "property/test_macros.py",
    "engine/stages.py": "playbook/test_notifications.py",
    "engine/surroundings.py": "unit/engine/test_simulation.py",
    "engine/state.py": "playbook/test_lives.py",
    "engine/switches.py": "playbook/test_commands.py",
    "engine/telling.py": "playbook/test_notifications.py",
    "engine/turn.py": "playbook/test_lives.py",
}
"""Files whose behaviour shows only with the rest of their room: the tests that tell it, under names of the field."""

ROOT_FILES = {"__init__.py"}
"""Files at the root of the package that are no facades."""


def test_every_room_imports_only_what_the_plan_allows() -> None:
    # In a process of its own: the linter configures logging, and switches every logger off that exists by then.
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_root_of_the_package_holds_facades_only() -> None:
    """A historical public name is a docstring, imports and ``__all__``: the code behind it has a room."""
    allowed = (ast.Import, ast.ImportFrom)
    strange = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        if "/" not in source.path and source.path not in ROOT_FILES
        for node in source.tree.body
        if not (isinstance(node, allowed) or _is_docstring(node) or _is_all(node))
    ]

    assert strange == []


def test_nothing_inside_imports_a_facade() -> None:
    facades = {f"alignak.{path.stem}" for path in PACKAGE.glob("*.py") if path.name not in ROOT_FILES}
    users = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if _imports_one_of(node, facades)
    ]

    assert users == []


def test_every_file_of_a_pure_room_has_a_test_of_its_name() -> None:
    tests = set((ROOT / "tests").rglob("test_*.py"))
    without = [
        source.path
        for source in sources()
        if source.path.split("/")[0] in PURE_ROOMS
        and source.path not in TABLES_AND_RECORDS | STORIES.keys()
        and not source.path.startswith("model/directives/")
        and not source.path.endswith("__init__.py")
        and not any(_mirrors(test, source.path) for test in tests)
    ]

    assert without == []


def test_the_lists_of_this_file_name_files_that_exist() -> None:
    sources = {path for path in TABLES_AND_RECORDS | STORIES.keys() if not (PACKAGE / path).exists()}
    tests = {path for path in STORIES.values() if not (ROOT / "tests" / path).exists()}

    assert sources | tests == set()


def _mirrors(test: Path, path: str) -> bool:
    """Tell whether a test is about a source file: ``tests/unit/engine/test_wheel.py`` about ``engine/wheel.py``."""
    *rooms, name = path.removesuffix(".py").split("/")
    if test.name != f"test_{name}.py":
        return False
    folders = test.relative_to(ROOT / "tests").parts[:-1]
    return folders[1:] in ((), tuple(rooms))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]


def _imports_one_of(node: ast.AST, facades: set[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in facades or any(f"{node.module}.{each.name}" in facades for each in node.names)
    return isinstance(node, ast.Import) and any(each.name in facades for each in node.names)
