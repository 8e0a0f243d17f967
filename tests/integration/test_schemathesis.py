"""The OpenAPI documents of all six daemons are true: schemathesis plays every operation of the running daemons."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import requests
from schemathesis.checks import not_a_server_error

from alignak.api.common import StopRequest
from alignak.api.roles import ENDPOINTS
from alignak.model.topology import Role
from alignak.net.decoding import Signature
from alignak.net.endpoint import Audience, Binding
from tests.support import schema_walk
from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write

SITE = """
define command{
    command_name    ok
    command_line    /bin/echo fine
}
define host{
    use             generic-host
    host_name       web
    address         127.0.0.1
    check_command   ok
}
define service{
    use                     generic-service
    host_name               web
    service_description     http
    check_command           ok
}
"""

THOROUGH = 10
"""Fitting calls of an operation, and as many unfitting ones, on the first daemon that answers it."""
BRIEF = 1
"""The same on the others, where the same code answers."""

PLAIN = 2
"""The same of an operation that takes no parameters: there is little to vary."""

COSTLY = {"push_configuration": 1, "openapi.json": 1, "get_objects_properties": 6, "wait_new_conf": 1}
"""Operations whose calls take long to make or to answer -> how many."""

LAST = "wait_new_conf"
"""It takes away what the other operations are asked of."""
STOPS = "stop_request"


def binding(role: Role) -> Binding:
    """Return the endpoints of a role, to name its operations; nothing is called by it."""
    return Binding(ENDPOINTS[role], {each.name: lambda _: None for each in ENDPOINTS[role]})


def operations() -> list[tuple[str, str, int]]:
    """Return every operation of every daemon, with how many examples of it are played; what disturbs comes last."""
    found = []
    seen: set[str] = set()
    for daemon, type_ in DAEMONS.items():
        for each in ENDPOINTS[Role(type_)]:
            usual = BRIEF if each.name in seen else THOROUGH if Signature.of(each).names else PLAIN
            seen.add(each.name)
            for method in each.methods:
                found.append((daemon, f"{method} /{each.name}", min(usual, COSTLY.get(each.name, usual))))
            if each.methods == ("GET",):
                found.append((daemon, f"HEAD /{each.name}", 1))
    kept = [each for each in found if not each[1].endswith(f"/{STOPS}")]
    return sorted(kept, key=lambda each: each[1].endswith(f"/{LAST}"))


def guarded() -> list[tuple[str, str]]:
    """Return the operations that ask for credentials, each on the first daemon that has it."""
    first: dict[str, tuple[str, str]] = {}
    for daemon, type_ in DAEMONS.items():
        for each in ENDPOINTS[Role(type_)]:
            if each.audience is not Audience.PUBLIC:
                first.setdefault(each.name, (daemon, f"{each.methods[-1]} /{each.name}"))
    return list(first.values())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation whose operators need a key on the same machine too: the documents promise no less."""
    sections = dict.fromkeys(DAEMONS, "loopback_operators = 0")
    with running(write(tmp_path_factory.mktemp("documents"), SITE, sections=sections)) as cluster:
        yield cluster


@cache
def document_at(url: str) -> Any:
    """Return the document of a daemon."""
    return requests.get(f"{url}/openapi.json", timeout=10).json()


def play(cluster: Cluster, daemon: str, label: str, examples: int, check: Any) -> None:
    """Generate calls of one operation of a daemon and check each."""
    url = cluster.url(daemon, "").removesuffix("/")
    document = document_at(url)
    if label.startswith("HEAD ") and "head" not in document["paths"][label.removeprefix("HEAD ")]:
        return  # what changes something answers no HEAD
    schema_walk.play(document, url, label, check, examples)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_each_document_describes_exactly_what_its_daemon_declares(cluster: Cluster, daemon: str) -> None:
    document = document_at(cluster.url(daemon, "").removesuffix("/"))
    declared = binding(Role(DAEMONS[daemon]))
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {f"/{path}" for path in declared.paths()}
    for endpoint in declared.endpoints:
        assert {each.lower() for each in endpoint.methods} <= set(document["paths"][f"/{endpoint.name}"])


@pytest.mark.parametrize(("daemon", "label"), guarded())
def test_without_credentials_no_call_of_what_is_guarded_comes_through(
    cluster: Cluster, daemon: str, label: str
) -> None:
    def check(case: Any) -> None:
        response = case.call(headers={"Authorization": ""})
        assert response.status_code == 401
        assert response.json()["_status"] == "ERR"

    play(cluster, daemon, label, BRIEF, check)


@pytest.mark.parametrize(("daemon", "label", "examples"), operations())
def test_each_operation_keeps_to_its_schema(cluster: Cluster, daemon: str, label: str, examples: int) -> None:
    def check(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {cluster.secret}"})
        # "Not ready, try again" is an answer the document promises, not a failure.
        excluded = [not_a_server_error] if response.status_code == 503 else []
        case.validate_response(response, excluded_checks=excluded)

    play(cluster, daemon, label, examples, check)


def test_all_daemons_are_whole_after_that_and_none_met_a_bug(cluster: Cluster) -> None:
    assert cluster.ask("arbiter-master", "reload_configuration", secret=True) is True  # it was told to wait for this
    for daemon in DAEMONS:
        assert cluster.processes[daemon].poll() is None
        wait_for(lambda daemon=daemon: cluster.is_ready(daemon), 15, f"{daemon} to be ready")
        assert "incident" not in cluster.log(daemon)
        assert "in a way nobody foresaw" not in cluster.log(daemon)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_requests_to_rest_keep_to_their_schema_and_one_to_stop_ends_the_daemon(cluster: Cluster, daemon: str) -> None:
    credentials = {"Authorization": f"Bearer {cluster.secret}"}

    def check(case: Any) -> None:
        given = case.query if case.method == "GET" else case.body
        said = given.get("stop_now", "0") if isinstance(given, dict) else "0"
        if not StopRequest(said).is_now:
            case.validate_response(case.call(headers=credentials))

    for method in ("GET", "POST"):
        play(cluster, daemon, f"{method} /{STOPS}", BRIEF, check)
    assert cluster.processes[daemon].poll() is None
    assert cluster.ask(daemon, f"{STOPS}?stop_now=1", secret=True) is True
    assert cluster.processes[daemon].wait(10) == 0
