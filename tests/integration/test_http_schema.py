"""The OpenAPI document is true: schemathesis plays every operation of it, with and without credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from alignak.messages.control import Identity
from alignak.net.endpoint import Binding
from alignak.net.openapi import document
from alignak.net.server import Server
from tests.support import schema_walk
from tests.support.http_site import AS_DAEMON, ENDPOINTS, Site, serving

FAILING = ("bug", "full", "busy")
"""Endpoints of the sample that fail on purpose."""

IDENTITY = Identity("My Alignak", "scheduler", "scheduler-master", "3.0")


def sound(site: Site) -> Binding:
    """Return the sample without the endpoints that fail on purpose."""
    kept = [each for each in ENDPOINTS if each.name not in FAILING]
    handlers = {each.name: found[1] for each in kept if (found := site.binding.find(each.name))}
    return Binding(kept, handlers)


DOCUMENT = document(sound(Site()), IDENTITY)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    site = Site()
    site.binding = sound(site)
    with serving(site, loopback_operators=False) as running:
        yield running


@pytest.mark.parametrize("label", schema_walk.labels(DOCUMENT, sound(Site())))
def test_each_operation_keeps_to_its_schema(server: Server, label: str) -> None:
    def check(case: Any) -> None:
        response = case.call(headers=AS_DAEMON)
        assert response.status_code < 500
        case.validate_response(response)

    schema_walk.play(DOCUMENT, f"http://127.0.0.1:{server.port}", label, check)


@pytest.mark.parametrize("label", ["POST /push", "GET /drain"])
def test_a_stranger_gets_nothing_out_of_what_is_for_daemons(server: Server, label: str) -> None:
    def check(case: Any) -> None:
        assert case.call(headers={"Authorization": ""}).status_code == 401

    schema_walk.play(DOCUMENT, f"http://127.0.0.1:{server.port}", label, check)


def test_the_document_is_json_and_names_every_path() -> None:
    site = Site()
    described = document(site.binding, IDENTITY)
    assert described["openapi"] == "3.1.0"
    assert set(described["paths"]) == {f"/{each}" for each in site.binding.paths()}
    assert json.loads(json.dumps(described)) == described
