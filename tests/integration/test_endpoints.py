"""What every daemon answers: who and how it is, how much it logs, and what is wrong with a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write
from tests.support.http_site import person
from tests.support.interface import (
    ACTS,
    ALIASES,
    ALIASES_OF,
    ALSO,
    ARBITER,
    ARGUMENTS,
    BROKER,
    LINK,
    POLLER,
    POSTED,
    REACTIONNER,
    RECEIVER,
    SATELLITES,
    SCHEDULER,
    SITE,
    SYNTHESIS,
    ask,
    has_shape,
    identity,
    names,
    refusal,
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is checked, and one that is told about."""
    with running(write(tmp_path_factory.mktemp("names"), SITE)) as cluster:
        yield cluster


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_list_of_methods_names_exactly_what_there_is(cluster: Cluster, daemon: str) -> None:
    document = cluster.ask(daemon, "api")
    assert document["doc"] == "When posting data you have to use the JSON format."
    assert [each["name"] for each in document["api"]] == names(daemon)
    for row in document["api"]:
        assert set(row) == {"name", "doc", "args"}
        assert len(row["doc"]) > 20
        assert row["args"] == ARGUMENTS.get(row["name"], row["args"])
    assert cluster.ask(daemon, "") == cluster.ask(daemon, "index") == document


@pytest.mark.parametrize("daemon", DAEMONS)
def test_each_name_answers_the_methods_it_should_and_no_other(cluster: Cluster, daemon: str) -> None:
    primary = [each for each in names(daemon) if each not in (*ALIASES, *ALIASES_OF[daemon])]
    for name in primary:
        allowed = ("GET", "POST") if name in ACTS.split() else ("POST",) if name in POSTED.split() else ("GET",)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method not in allowed:
                status, answer = cluster.exchange(daemon, name, secret=True, method=method)
                assert status == 405, f"{method} /{name}"
                assert refusal(answer) == f"/{name} does not answer {method}: use {' or '.join(allowed)}"


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_names_of_two_point_x_are_other_names_of_the_same(cluster: Cluster, daemon: str) -> None:
    for alias, name in {**ALIASES, **ALIASES_OF[daemon]}.items():
        path = "{}" if name in POSTED.split() else "{}?no_such_parameter=1"
        wrong = [cluster.exchange(daemon, path.format(each), secret=True) for each in (alias, name)]
        assert wrong[0] == wrong[1], alias
    for alias in ("stats", "managed_configurations", "_have_conf"):
        ours, theirs = (ask(cluster, daemon, each) for each in (ALIASES[alias], alias))
        assert type(ours) is type(theirs)
        assert not isinstance(ours, dict) or ours.keys() == theirs.keys()


OBJECT_COUNTS = (
    "timeperiods services servicegroups commands hosts hostgroups contacts contactgroups notificationways "
    "checkmodulations macromodulations servicedependencies hostdependencies arbiters schedulers reactionners brokers "
    "receivers pollers realms resultmodulations businessimpactmodulations escalations hostsextinfo servicesextinfo"
)
COUNTERS = {
    ARBITER: f"{OBJECT_COUNTS} broks dispatcher.arbiters dispatcher.schedulers dispatcher.reactionners "
    "dispatcher.brokers dispatcher.receivers dispatcher.pollers",
    SCHEDULER: "satellites.arbiters satellites.schedulers brokers pollers reactionners receivers actions.count "
    "actions.scheduled actions.in_poller actions.zombie checks.count checks.scheduled checks.in_poller checks.zombie",
    POLLER: "satellites.arbiters satellites.schedulers broks satellites.workers",
    REACTIONNER: "satellites.arbiters satellites.schedulers broks satellites.workers",
    RECEIVER: "satellites.arbiters satellites.schedulers broks satellites.workers external-commands-unprocessed",
    BROKER: "satellites.arbiters satellites.schedulers satellites.pollers satellites.reactionners satellites.receivers "
    "broks-external broks-internal broks-arbiter",
}
STATS = {
    ARBITER: {
        "daemons_states": dict.fromkeys(SATELLITES, LINK),
        "livestate": {"timestamp": int, "daemons": dict.fromkeys(SATELLITES, 0), "state": 0, "output": str},
    },
    SCHEDULER: {
        "monitored_objects": {"hosts": 2, "services": 1, "contacts": 1, "serviceescalations": 0},
        "latency": dict.fromkeys(("avg", "min", "max"), float),
        "livesynthesis": SYNTHESIS,
        "commands": dict,
    },
}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_daemon_says_who_it_is_and_how_it_is(cluster: Cluster, daemon: str) -> None:
    who = cluster.ask(daemon, "get_id")
    assert has_shape(who, identity(daemon))
    assert len(who) == 4
    assert cluster.ask(daemon, "ping") == "pong"
    running_id = cluster.ask(daemon, "get_running_id")
    start_time = cluster.ask(daemon, "get_start_time")
    assert has_shape(running_id, {**who, "running_id": str})
    assert has_shape(start_time, {**who, "start_time": int})
    assert running_id["running_id"].partition(".")[0] == str(start_time["start_time"])
    assert cluster.ask(daemon, "identity") == {**running_id, **start_time}

    counters = dict.fromkeys(["modules", "external-commands", *COUNTERS[daemon].split()], int)
    shape = {
        **start_time,
        "program_start": float,
        "spare": False,
        "load": float,
        "counters": counters,
        "metrics": list,
        "modules": {"internal": {}, "external": {}},
        **STATS.get(daemon, {}),
    }
    for path in ("get_stats", "get_stats?details=1"):
        stats = cluster.ask(daemon, path)
        assert has_shape(stats, shape), stats


def test_details_add_what_is_monitored_and_what_is_wrong(cluster: Cluster) -> None:
    assert "monitoring_objects" not in cluster.ask(ARBITER, "get_stats?details=0")
    objects = cluster.ask(ARBITER, "get_stats?details=1")["monitoring_objects"]
    assert objects["hosts"] == {"count": 2, "items": ["told", "web"]}
    assert objects["services"]["items"] == ["told/mail box"]
    assert "problems" not in cluster.ask(SCHEDULER, "get_stats")
    assert has_shape(cluster.ask(SCHEDULER, "get_stats?details=1"), {"problems": dict})
    times = lambda: cluster.ask(SCHEDULER, "get_stats")["commands"].get("echo")  # noqa: E731
    assert has_shape(wait_for(times, 10, "the times of the checks"), [float])


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_daemon_says_what_it_works_on(cluster: Cluster, daemon: str) -> None:
    assert cluster.ask(daemon, "have_conf") is True
    assert cluster.ask(daemon, "have_conf?magic_hash=1") is False
    parts = cluster.ask(daemon, "get_managed_configurations")
    if daemon == ARBITER:
        assert parts == {}
        return
    assert has_shape(parts, {"SchedulerLink_1": {"hash": str, "push_flavor": str, "managed_conf_id": str}})
    held = parts["SchedulerLink_1"]["hash"]
    assert cluster.ask(daemon, f"have_conf?magic_hash={held}") is True


@pytest.mark.parametrize("daemon", DAEMONS)
def test_probes_metrics_and_the_document_for_tools(cluster: Cluster, daemon: str) -> None:
    for probe in ("healthz", "readyz"):
        assert has_shape(cluster.ask(daemon, probe), {"status": "ok", "detail": str})
    with person() as session:
        answer = session.get(cluster.url(daemon, "metrics"), timeout=5)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = {each.name: each for each in text_string_to_metric_families(answer.text)}
    sample = families["alignak_external_commands"].samples[0]
    assert sample.labels == {"daemon": daemon, "role": DAEMONS[daemon]}
    document = cluster.ask(daemon, "openapi.json")
    assert document["openapi"] == "3.1.0"
    validate(document)


def pings_logged(cluster: Cluster, daemon: str) -> int:
    """Return how many calls of ``ping`` a daemon has logged, which it does when it logs everything."""
    lines = cluster.log(daemon).splitlines()
    return sum("DEBUG:" in each and "ping was called" in each for each in lines)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_log_level_changes_at_once(cluster: Cluster, daemon: str) -> None:
    usual = cluster.ask(daemon, "get_log_level")
    assert has_shape(usual, {**identity(daemon), "log_level": 20, "log_level_name": "INFO"})
    cluster.ask(daemon, "ping")
    assert pings_logged(cluster, daemon) == 0
    told = cluster.ask(daemon, "set_log_level", {"log_level": "DEBUG"})
    assert told == {**usual, "log_level": 10, "log_level_name": "DEBUG"} == cluster.ask(daemon, "get_log_level")
    cluster.ask(daemon, "ping")
    assert pings_logged(cluster, daemon) == 1
    assert cluster.ask(daemon, "set_log_level?log_level=info") == usual
    cluster.ask(daemon, "ping")
    assert pings_logged(cluster, daemon) == 1


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_level_that_is_none_is_refused_and_changes_nothing(cluster: Cluster, daemon: str) -> None:
    for bad in ("FOO", ""):
        assert refusal(cluster.ask(daemon, "set_log_level", {"log_level": bad})).startswith(
            f"Required log level is not allowed: {bad}"
        )
    assert "FOO" in refusal(cluster.ask(daemon, "set_log_level?log_level=FOO"))
    for missing in (cluster.ask(daemon, "set_log_level"), cluster.ask(daemon, "set_log_level", {})):
        assert refusal(missing).startswith("Missing log_level parameter")
    assert cluster.exchange(daemon, "set_log_level", {"log_level": "DEBUG", "duration": -1})[0] == 400
    assert cluster.ask(daemon, "get_log_level")["log_level_name"] == "INFO"


@pytest.mark.parametrize("daemon", [ARBITER, POLLER])
def test_a_level_may_be_for_a_while_and_the_former_one_returns(cluster: Cluster, daemon: str) -> None:
    def level() -> str:
        return str(cluster.ask(daemon, "get_log_level")["log_level_name"])

    assert cluster.ask(daemon, "set_log_level?log_level=DEBUG&duration=60")["log_level_name"] == "DEBUG"
    cluster.ask(daemon, "set_log_level", {"log_level": "DEBUG", "duration": 0.1})  # another duration for the same
    wait_for(lambda: level() == "INFO", 5, "the former level")
    assert "log level is INFO again" in cluster.log(daemon)


def wrong_requests() -> dict[str, tuple[str, str, dict[str, Any], int, str]]:
    """Return requests every daemon refuses: method, path, what is sent, status and words of the message."""
    as_json = {"Content-Type": "application/json"}
    return {
        "unknown path": ("GET", "unknown", {}, 404, "The path '/unknown' was not found."),
        "unknown path, posted": ("POST", "unknown", {"json": {}}, 404, "The path '/unknown' was not found."),
        "a path too long": ("GET", "identity/extra", {}, 404, "The path '/identity/extra' was not found."),
        "an inner name": ("GET", "__class__", {}, 404, "was not found"),
        "wrong method": ("DELETE", "identity", {}, 405, "/identity does not answer DELETE"),
        "posted read": ("POST", "identity", {"json": {}}, 405, "/identity does not answer POST"),
        "missing parameter": ("GET", "get_broks", {}, 404, "Missing parameters: broker_name"),
        "missing field": ("POST", "push_actions", {"json": {}}, 400, "Missing parameters: actions"),
        "unexpected parameter": ("GET", "get_id?foo=1", {}, 404, "Unexpected query string parameters: foo"),
        "unexpected field": ("POST", "set_log_level", {"json": {"level": 1}}, 400, "unexpected parameters: level"),
        "wrong type": ("POST", "set_log_level", {"json": {"log_level": 10}}, 400, "wrong parameters"),
        "wrong type in a query": ("GET", "get_broks?broker_name=x&after=y", {}, 400, "wrong parameters"),
        "a parameter twice": ("GET", "have_conf?magic_hash=1&magic_hash=2", {}, 400, "magic_hash is given 2 times"),
        "bad JSON": ("POST", "set_log_level", {"data": b"{bad", "headers": as_json}, 400, "Invalid JSON document"),
        "no object": ("POST", "set_log_level", {"json": [1]}, 400, "wrong parameters"),
        "too deep": ("POST", "push_actions", {"data": b"[" * 99, "headers": as_json}, 400, "nested deeper"),
        "no text": ("POST", "set_log_level", {"data": b"\xff\xfe", "headers": as_json}, 400, "Invalid JSON"),
        "another type": ("POST", "set_log_level", {"data": {"log_level": "INFO"}}, 415, "application/json"),
        "no type": ("POST", "set_log_level", {"data": b"{}"}, 415, "Expected an entity of content type"),
        "a body on a read": ("GET", "ping", {"data": b"{}", "headers": as_json}, 400, "takes no body"),
        "too large": (
            "POST", "set_log_level", {"data": b" " * ((1 << 20) + 1), "headers": as_json}, 413, "at most 1048576"
        ),
        "headers too large": ("GET", "ping", {"headers": {"X-Padding": "x" * 20_000}}, 431, "larger than 16384"),
        "a request line too long": ("GET", "ping?" + "x" * 20_000, {}, 414, "larger than 16384"),
    }  # fmt: skip


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize("what", wrong_requests())
def test_a_wrong_request_gets_its_status_and_a_json_body_that_says_what_is_wrong(
    cluster: Cluster, daemon: str, what: str
) -> None:
    method, path, sent, status, words = wrong_requests()[what]
    headers = {"Authorization": f"Bearer {cluster.secret}", **sent.get("headers", {})}
    with person() as session:
        answer = session.request(method, cluster.url(daemon, path), **{**sent, "headers": headers}, timeout=5)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert words in refusal(answer.json())
    assert "Traceback" not in answer.text
    assert "<" not in answer.text
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_what_only_some_daemons_answer_is_not_found_on_the_others(cluster: Cluster) -> None:
    for daemon in DAEMONS:
        for name in {each for text in ALSO.values() for each in text.split()} - set(names(daemon)):
            status, answer = cluster.exchange(daemon, name, secret=True)
            assert status == 404
            assert refusal(answer) == f"The path '/{name}' was not found."
