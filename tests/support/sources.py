"""The source files of the package as syntax trees, for the tests of the house rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
"""The checkout."""

PACKAGE: Final = ROOT / "alignak"


class Source(NamedTuple):
    """One file of the package."""

    path: str
    """From the package's folder on: ``engine/state.py``."""
    text: str
    tree: ast.Module


class Definition(NamedTuple):
    """One module, class or function."""

    where: str
    """``engine/state.py:12 Item.custom``; a module has only its path."""
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> Iterator[Source]:
    """Yield every source file of the package, sorted by path."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield Source(str(path.relative_to(PACKAGE)), text, ast.parse(text))


def public_definitions(source: Source) -> Iterator[Definition]:
    """Yield the module itself, its public classes and functions, and their public methods."""
    yield Definition(source.path, source.tree)
    yield from _public(source, source.tree, "")


def _public(source: Source, parent: ast.AST, prefix: str) -> Iterator[Definition]:
    for node in ast.iter_child_nodes(parent):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            yield Definition(f"{source.path}:{node.lineno} {prefix}{node.name}", node)
            yield from _public(source, node, f"{prefix}{node.name}.")
        elif not _repeats_another(node):
            yield Definition(f"{source.path}:{node.lineno} {prefix}{node.name}", node)


def _repeats_another(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function only varies one of the same name: an overload, the setter of a property."""
    return any(
        (isinstance(each, ast.Name) and each.id == "overload")
        or (isinstance(each, ast.Attribute) and each.attr in {"setter", "deleter"})
        for each in node.decorator_list
    )
