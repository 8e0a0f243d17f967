"""What every file of the package keeps to, whoever wrote it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from tests.support.sources import Source, public_definitions, sources

MOST_LINES: Final = 600
"""A file longer than this answers more than one question."""

EXCUSE: Final = re.compile(r"# noqa: PLC0415\s+\w+(\s+\S+){2}")
"""What a line says that imports inside a function: the rule it breaks, and why in a few words at least."""

NEVER_IMPORTED: Final = frozenset({"pickle", "marshal", "shelve", "dill", "cloudpickle"})
"""What turns bytes from outside into code."""

NEVER_CALLED: Final = frozenset(
    {"eval", "exec", "__import__", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load", "yaml.full_load"}
)
"""What turns text from outside into code or commands."""


def test_everything_public_says_what_it_is_for() -> None:
    silent = [
        definition.where
        for source in sources()
        for definition in public_definitions(source)
        if not (ast.get_docstring(definition.node) or "").strip()
    ]

    assert silent == []


def test_no_text_from_outside_becomes_code() -> None:
    found = [f"{source.path}:{line} {what}" for source in sources() for line, what in _dangers(source)]

    assert found == []


def test_imports_stand_at_the_top_of_their_file() -> None:
    """An import inside a function hides what a file depends on; one that must be there says why, on its line."""
    hidden = sorted(
        {
            f"{source.path}:{node.lineno}"
            for source in sources()
            for function in ast.walk(source.tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom) and not _is_excused(source.text.splitlines(), node.lineno)
        }
    )

    assert hidden == []


def test_each_file_answers_one_question() -> None:
    long = [f"{source.path}: {lines} lines" for source in sources() if (lines := source.text.count("\n")) > MOST_LINES]

    assert long == []


def test_no_class_stands_on_a_tower_of_others() -> None:
    """Inside one file at least, no class inherits from a class that inherits from a third of ours."""
    towers = [f"{source.path}:{node.lineno} {node.name}" for source in sources() for node in _towers(source)]

    assert towers == []


def _is_excused(lines: list[str], number: int) -> bool:
    """Tell whether an import has its reason on its line, or right above it where one reason serves for two."""
    return any(EXCUSE.search(line) for line in lines[number - 2 : number])


def _dangers(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in NEVER_CALLED or _is_given_a_shell(node):
                yield node.lineno, called
            continue
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in NEVER_IMPORTED)


def _is_given_a_shell(call: ast.Call) -> bool:
    return any(
        each.arg == "shell" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in call.keywords
        if ast.unparse(call.func).startswith("subprocess.")
    )


def _towers(source: Source) -> Iterator[ast.ClassDef]:
    classes = {node.name: node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)}
    for node in classes.values():
        parents = [classes[name] for base in node.bases if (name := ast.unparse(base)) in classes]
        if source.path != "base/errors.py" and any(
            ast.unparse(base) in classes for parent in parents for base in parent.bases
        ):
            yield node
