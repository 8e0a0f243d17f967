"""Endpoints and their handlers, by path."""

from __future__ import annotations

import pytest

from alignak.net.endpoint import Binding, Endpoint

PLAIN = Endpoint(name="ping", doc="Answer.", aliases=("", "index"))
DEEP = Endpoint(name="object", doc="Look up.", segments=("kind", "name"))
BINDING = Binding((PLAIN, DEEP), {"ping": lambda _: "pong", "object": lambda _: None})


@pytest.mark.parametrize(
    ("path", "name", "extra"),
    [
        (("ping",), "ping", ()),
        (("",), "ping", ()),
        ((), "ping", ()),
        (("object",), "object", ()),
        (("object", "host"), "object", ("host",)),
        (("object", "service", "a", "b/c"), "object", ("service", "a/b/c")),
    ],
)
def test_a_path_leads_to_an_endpoint_and_its_parameters(
    path: tuple[str, ...], name: str, extra: tuple[str, ...]
) -> None:
    located = BINDING.locate(path)
    assert located is not None
    assert (located[0].name, located[2]) == (name, extra)


@pytest.mark.parametrize("path", [("pong",), ("ping", "x"), ("ping", ""), ("", "ping"), ("__class__",), ("locate",)])
def test_other_paths_lead_nowhere(path: tuple[str, ...]) -> None:
    assert BINDING.locate(path) is None


def test_an_interface_that_contradicts_itself_is_a_bug_of_ours() -> None:
    with pytest.raises(ValueError, match="two endpoints answer /index"):
        Binding((PLAIN, Endpoint(name="index", doc="Again.")), {"ping": lambda _: 1, "index": lambda _: 1})
    with pytest.raises(ValueError, match="do not match"):
        Binding((PLAIN,), {})
