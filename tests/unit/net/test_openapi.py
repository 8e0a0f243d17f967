"""What a daemon says of itself: the OpenAPI document and the historical list."""

from __future__ import annotations

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from alignak.api.roles import ENDPOINTS
from alignak.messages.control import Identity
from alignak.model.topology import Role
from alignak.net.endpoint import Audience, Binding, Endpoint
from alignak.net.openapi import api_document, document
from tests.support.http_site import Site

HISTORICAL = (
    "api get_broks get_external_commands get_id get_log_level get_managed_configurations get_results get_running_id "
    "get_start_time get_stats have_conf index ping push_actions push_configuration set_log_level stop_request "
    "wait_new_conf"
)
"""What ``/api`` of a poller named in 2018."""

IDENTITY = Identity("My Alignak", "poller", "poller-master", "3.0")


def binding_of(endpoints: tuple[Endpoint, ...]) -> Binding:
    return Binding(endpoints, {each.name: lambda _: None for each in endpoints})


@pytest.mark.parametrize("role", [None, *Role])
def test_the_document_is_valid_openapi(role: Role | None) -> None:
    binding = Site().binding if role is None else binding_of(ENDPOINTS[role])
    described = document(binding, IDENTITY)
    OpenAPIV31SpecValidator(described).validate()
    assert set(described["paths"]) == {f"/{each}" for each in binding.paths()}


def test_each_operation_says_who_may_call_and_how_it_may_fail() -> None:
    binding = Site().binding
    paths = document(binding, IDENTITY)["paths"]
    schemes = {
        Audience.PUBLIC: set(),
        Audience.OPERATOR: {"operatorKey", "operatorKeyHeader", "instanceSecret"},
        Audience.DAEMON: {"instanceSecret"},
    }
    for endpoint in binding.endpoints:
        for method in endpoint.methods:
            operation = paths[f"/{endpoint.name}"][method.lower()]
            assert {name for each in operation["security"] for name in each} == schemes[endpoint.audience]
            assert {"200", "400", "401", "403", "404", "405", "413", "415", "503"} <= operation["responses"].keys()


def test_parameters_and_bodies_are_described_once_from_the_request() -> None:
    paths = document(Site().binding, IDENTITY)["paths"]
    search = {each["name"]: each for each in paths["/search"]["get"]["parameters"]}
    assert search["name"]["required"]
    assert search["count"]["schema"] == {"type": "integer", "default": 1}
    assert search["tags"]["explode"]
    body = paths["/push"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["additionalProperties"] is False
    assert set(body["properties"]) == {"text", "payload"}


def test_the_historical_list_has_names_docs_and_defaults() -> None:
    listed = api_document(Site().binding)
    assert listed["doc"] == "When posting data you have to use the JSON format."
    rows = {each["name"]: each for each in listed["api"]}
    assert list(rows) == sorted(rows)
    assert {"ping", "index", "search", "push"} <= rows.keys()
    assert not {"_search", "", "metrics"} & rows.keys()
    assert rows["search"] == {
        "name": "search",
        "doc": "Search.",
        "args": {"name": "No default value", "count": 1, "details": False, "tags": []},
    }


def test_a_poller_lists_what_the_historical_one_did() -> None:
    names = {each["name"] for each in api_document(binding_of(ENDPOINTS[Role.POLLER]))["api"]}
    assert names >= set(HISTORICAL.split())
