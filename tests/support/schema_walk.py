"""Play every operation of an OpenAPI document with schemathesis, without its pytest plugin."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from alignak.net.endpoint import Binding

FEW = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


def labels(document: Mapping[str, Any], binding: Binding) -> list[str]:
    """Return the operations of a document as ``GET /path``, each endpoint under its first name alone."""
    paths = [f"/{each.name}" for each in binding.endpoints]
    return [f"{method.upper()} {path}" for path in paths for method in document["paths"][path]]


def play(
    document: Mapping[str, Any], url: str, label: str, check: Callable[[Any], None], examples: int = FEW.max_examples
) -> None:
    """Generate calls of one operation, fitting and unfitting ones, at most so many ``examples`` of each; check each."""
    schema = schemathesis.openapi.from_dict(dict(document))
    schema.config.update(base_url=url)
    method, path = label.split(" ", 1)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(FEW, max_examples=examples)
        @given(case=schema[path][method].as_strategy(generation_mode=mode))
        def every(case: Any) -> None:
            check(case)

        with contextlib.suppress(Unsatisfiable):  # an operation without parameters cannot be called wrongly
            every()
