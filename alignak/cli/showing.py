"""``alignak config show``: find what a name means and explain it, or list what there is."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Final

from alignak.base.errors import RefusedError
from alignak.base.ids import shown
from alignak.cli import explained, explaining, output
from alignak.config import explain
from alignak.config.compile import Loaded, load
from alignak.config.environment import read_environment
from alignak.config.explain import CHECKABLES, KEYLESS, MACRO, PARAMETER, RECORDS, ROLES, Explainer, Explanation
from alignak.config.includes import Library
from alignak.config.parser import Definition
from alignak.config.tables import OBJECT_TYPES
from alignak.daemons.wiring.modules import read_with_modules
from alignak.model.settings import SETTINGS
from alignak.model.topology import Role
from alignak.modules.interface import Surroundings
from alignak.system.files import DiskFiles
from alignak.system.garbage import uncollected

KINDS: Final = (*OBJECT_TYPES, PARAMETER, MACRO)

MOST_COMPARED: Final = 20_000
"""How many names are compared to find the one that was meant."""

NEAREST: Final = 3
LIKENESS: Final = 0.7
"""How alike a name must be to be offered, 1 being the same."""


def run(given: argparse.Namespace) -> int:
    """Explain an object, or list objects."""
    explainer = explainer_of(given.environment, given.arbiter)
    kind, _, rest = given.name.partition("/")
    if not given.name:
        listed = {each: len(names_of(explainer, each)) for each in KINDS}
        output.show({"objects": listed}, given.output, lambda: _types(listed))
    elif kind in KINDS and not rest:
        names = names_of(explainer, kind)
        output.show({"type": kind, "names": names}, given.output, lambda: "\n".join(names))
    else:
        found = [explaining.document(explainer, each, time.time()) for each in find(explainer, given.name)]
        texts = map(explained.text_of, found)
        output.show(found[0] if len(found) == 1 else found, given.output, lambda: "\n\n".join(texts))
    return output.OK


def explainer_of(path: str, legacy: Sequence[str]) -> Explainer:
    """Read a configuration, with what its arbiter's modules add; ConfigurationError when it has errors."""
    files, library = DiskFiles(), Library()
    environment = read_environment(os.path.abspath(path), files)
    paths = [os.path.abspath(each) for each in legacy]
    arbiters = (each.name for each in environment.daemons if each.type == Role.ARBITER.value)
    added: list[Definition] = []

    def compiled(given: Sequence[Definition]) -> Loaded:
        added[:] = given
        return load(environment, files, paths, library, given)

    with uncollected():
        surroundings = Surroundings(next(arbiters, ""), verify_only=True)
        loaded = read_with_modules(environment, paths, surroundings, compiled).loaded
        return explain.explainer(loaded, environment, files, paths, library, added)


def find(explainer: Explainer, text: str) -> list[Explanation]:
    """Return what a name means: what ``type/name`` names, else whatever has that name; RefusedError when nothing."""
    kind, slash, name = text.partition("/")
    if slash and kind in KINDS:
        found = explainer.explain(kind, name)
        if found is not None:
            return [found]
    kinds = ("service",) if slash else tuple(each for each in KINDS if each != "service")
    those = [each for kind_ in kinds if (each := explainer.explain(kind_, text)) is not None]
    if those:
        return those
    if slash and kind in KINDS:
        raise RefusedError(f"no {kind} is named '{name}'{_nearest(name, names_of(explainer, kind))}")
    everything = [f"{each}/{one}" for each in kinds for one in names_of(explainer, each)]
    near = {one.partition("/")[2]: one for one in everything}
    raise RefusedError(
        f"nothing is named '{text}'{_nearest(text, near, near)}; alignak config show lists what there is"
    )


def names_of(explainer: Explainer, kind: str) -> list[str]:
    """Return the names of a type's objects and templates."""
    objects = explainer.config.objects
    if kind in CHECKABLES:
        names: Iterable[str] = (shown(each.key) for each in getattr(objects, f"{kind}s"))
    elif kind in RECORDS:
        names = (each.name for each in getattr(objects, RECORDS[kind]))
    elif kind in KEYLESS:
        return [os.path.basename(each) for each in explainer.catalogue.places(kind)]
    else:
        names = _others(explainer, kind)
    if kind not in OBJECT_TYPES or not explainer.catalogue.has(kind):
        return sorted(names)
    return sorted({*names, *explainer.catalogue[kind].lineage.names()})


def _others(explainer: Explainer, kind: str) -> Iterable[str]:
    config = explainer.config
    if kind in ROLES:
        return (each.name for each in config.daemons if each.role.value == kind)
    if kind == "realm":
        return (each.name for each in config.realms)
    if kind == "module":
        return (each.name for each in config.modules)
    return config.macros if kind == MACRO else (each.name for each in SETTINGS)


def _nearest(name: str, known: Iterable[str], full: Mapping[str, str] | None = None) -> str:
    """Return ``: did you mean 'x' or 'y'?`` for the names most like this one, or nothing."""
    candidates = {each.lower(): each for each in islice(known, MOST_COMPARED)}
    matches = [candidates[each] for each in get_close_matches(name.lower(), candidates, n=NEAREST, cutoff=LIKENESS)]
    words = " or ".join(f"'{full[each] if full else each}'" for each in matches)
    return f": did you mean {words}?" if words else ""


def _types(listed: Mapping[str, int]) -> str:
    """Return how many objects of each type there are."""
    width = max(map(len, listed))
    rows = [f"  {kind:{width}}  {count}" for kind, count in listed.items() if count]
    return "\n".join(("alignak config show TYPE lists the objects of a type, TYPE/NAME explains one:", *rows))
