"""Every endpoint of the historical interface, on every daemon where it stands: as a client with curl meets it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from alignak.base.codec import encode
from alignak.base.ids import ObjectKey, OrderId
from alignak.messages.control import DaemonConfiguration, PushConfiguration, sealed
from alignak.messages.work import Order, PushActions, Work
from alignak.model.settings import Settings
from alignak.model.topology import LINK_NAMES, DaemonLink, Role
from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write
from tests.support.http_site import person

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
define host{
    use                     generic-host
    host_name               told
    address                 127.0.0.1
    active_checks_enabled   0
    max_check_attempts      1
}
define service{
    use                     generic-service
    host_name               told
    service_description     mail box
    check_command           ok
    active_checks_enabled   0
    max_check_attempts      1
}
"""

ARBITER, SCHEDULER, POLLER = "arbiter-master", "scheduler-master", "poller-master"
RECEIVER, BROKER, REACTIONNER = "receiver-master", "broker-master", "reactionner-master"
SATELLITES = tuple(each for each in DAEMONS if each != ARBITER)

# What there is ------------------------------------------------------------------------------------------------------

EVERYWHERE = (
    "api get_broks get_external_commands get_id get_log_level get_managed_configurations get_results get_running_id "
    "get_start_time get_stats have_conf index ping push_actions push_configuration set_log_level stop_request "
    "wait_new_conf"
)
ALSO = {
    ARBITER: "backend_notification command do_not_run get_alignak_status get_objects_properties "
    "get_satellites_configuration get_satellites_list push_external_command reload_configuration",
    SCHEDULER: "fill_initial_broks get_checks get_host put_results run_external_commands",
    BROKER: "push_broks",
}
"""The names of the former interface document, on all daemons and on some."""

NEWER_EVERYWHERE = "identity managed_configurations stats"
NEWER = {
    ARBITER: "command_fate dump events_log livesynthesis monitoring_problems problems satellites_configuration "
    "satellites_list status",
    SCHEDULER: "command_fate dump monitoring_problems problems",
    RECEIVER: "command command_fate push_external_command",
    BROKER: "events_log",
}
"""The names of Alignak 2.x, and ours."""

ALIASES = {
    "": "api",
    "index": "api",
    "stats": "get_stats",
    "managed_configurations": "get_managed_configurations",
    "_have_conf": "have_conf",
    "_wait_new_conf": "wait_new_conf",
    "_push_configuration": "push_configuration",
    "_push_actions": "push_actions",
    "_broks": "get_broks",
    "_external_commands": "get_external_commands",
}
ALIASES_OF: Mapping[str, Mapping[str, str]] = {
    ARBITER: {
        "_push_external_command": "push_external_command",
        "_do_not_run": "do_not_run",
        "status": "get_alignak_status",
        "satellites_configuration": "get_satellites_configuration",
        "satellites_list": "get_satellites_list",
        "problems": "monitoring_problems",
        "_results": "get_results",
    },
    SCHEDULER: {
        "_initial_broks": "fill_initial_broks",
        "_checks": "get_checks",
        "_results": "put_results",
        "_run_external_commands": "run_external_commands",
        "problems": "monitoring_problems",
    },
    BROKER: {"_push_broks": "push_broks", "_results": "get_results"},
    POLLER: {"_results": "get_results"},
    REACTIONNER: {"_results": "get_results"},
    RECEIVER: {"_results": "get_results", "_push_external_command": "push_external_command"},
}
"""Name of 2.x -> the endpoint that answers."""

ACTS = (
    "backend_notification command do_not_run push_external_command reload_configuration set_log_level stop_request "
    "wait_new_conf get_results"
)
"""Answer GET and POST."""
POSTED = "push_actions push_broks push_configuration put_results run_external_commands"
"""Answer POST alone; everything else answers GET alone."""

ARGUMENTS = {
    "backend_notification": {"event": "No default value", "parameters": None},
    "fill_initial_broks": {"broker_name": "No default value"},
    "get_alignak_status": {"details": ""},
    "get_host": {"host_name": "None"},
    "get_id": {},
    "get_objects_properties": {"table": "No default value"},
    "get_satellites_list": {"daemon_type": ""},
    "get_stats": {"details": ""},
    "have_conf": {"magic_hash": None},
    "stop_request": {"stop_now": "0"},
}
"""What ``/api`` says of parameters and defaults."""


def names(daemon: str) -> list[str]:
    """Return the endpoints a daemon lists."""
    texts = (EVERYWHERE, ALSO.get(daemon, ""), NEWER_EVERYWHERE, NEWER.get(daemon, ""))
    return sorted({name for text in texts for name in text.split()})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is checked, and one that is told about."""
    with running(write(tmp_path_factory.mktemp("endpoints"), SITE)) as cluster:
        yield cluster


def ask(cluster: Cluster, daemon: str, path: str, body: Any = None) -> Any:
    """Return the answer of an endpoint to a daemon of the installation: it may ask everything."""
    return cluster.ask(daemon, path, body, secret=True)


def refusal(answer: Any) -> str:
    """Return the message of a refusal."""
    assert set(answer) <= {"_status", "_message", "_issues"}, answer
    assert answer["_status"] == "ERR"
    return str(answer["_message"])


def has_shape(value: Any, shape: Any) -> bool:
    """Tell whether a document has a shape: of types, of fields that must be there, of values."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(key in value and has_shape(value[key], shape[key]) for key in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(has_shape(each, shape[0]) for each in value)
    if isinstance(shape, type):
        return type(value) is shape or (shape is float and type(value) is int)
    return bool(value == shape)


# /api ---------------------------------------------------------------------------------------------------------------


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


# Who, since when, how -----------------------------------------------------------------------------------------------


def identity(daemon: str) -> dict[str, Any]:
    """Return the four keys that say who a daemon is."""
    return {"alignak": "Test", "type": DAEMONS[daemon], "name": daemon, "version": str}


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
LIVE_COUNTS = {
    family: [
        f"{family}_{each}" for each in ("total", "not_monitored", "problems", "acknowledged", "in_downtime", "flapping")
    ]
    + [f"{family}_{state}_{kind}" for state in states for kind in ("hard", "soft")]
    for family, states in {
        "hosts": ("up", "down", "unreachable"),
        "services": ("ok", "warning", "critical", "unknown", "unreachable"),
    }.items()
}
SYNTHESIS = {name: int for family in LIVE_COUNTS.values() for name in family}
LINK = {
    "livestate": int, "livestate_output": str, "type": str, "name": str, "uri": str, "spare": False,
    "configuration_sent": bool, "realm_name": "All", "manage_sub_realms": bool, "active": True, "reachable": bool,
    "alive": bool, "passive": False, "last_check": float, "polling_interval": float, "max_check_attempts": int,
}  # fmt: skip
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


# The log level ------------------------------------------------------------------------------------------------------


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


# The configuration and the daemons ----------------------------------------------------------------------------------

TABLES = {
    "hosts": "host_name address check_command contacts max_check_attempts realm customs",
    "services": "host_name service_description check_command customs",
    "contacts": "contact_name notificationways",
    "commands": "command_name command_line",
    "notificationways": "notificationway_name",
    "realms": "realm_name",
    "schedulers": "name address port",
    "hostgroups": "",
    "timeperiods": "",
}
"""Table -> properties each object of it has."""


@pytest.mark.parametrize("table", TABLES)
def test_all_properties_of_all_objects_of_a_table_are_given(cluster: Cluster, table: str) -> None:
    found = cluster.ask(ARBITER, f"get_objects_properties?table={table}")
    count = cluster.ask(ARBITER, "get_stats")["counters"][table]
    assert len(found) == count
    assert all(set(TABLES[table].split()) <= set(each) for each in found)
    if table == "hosts":
        assert {each["host_name"]: each["max_check_attempts"] for each in found} == {"web": 2, "told": 1}


def test_a_table_that_is_none_is_refused(cluster: Cluster) -> None:
    for table in ("foo", "host", "Hosts", "policies", "__class__"):
        message = refusal(cluster.ask(ARBITER, f"get_objects_properties?table={table}"))
        assert table in message
        assert "hosts" in message


def test_the_arbiter_lists_its_daemons(cluster: Cluster) -> None:
    by_type = {type_: [name] for name, type_ in DAEMONS.items()}
    assert cluster.ask(ARBITER, "get_satellites_list") == by_type
    assert cluster.ask(ARBITER, "get_satellites_list?daemon_type=poller") == {"poller": [POLLER]}
    assert cluster.ask(ARBITER, "get_satellites_list?daemon_type=foo") == {}

    links = cluster.ask(ARBITER, "get_satellites_configuration")
    assert set(links) == set(by_type)
    for name in SATELLITES:
        type_ = DAEMONS[name]
        shape = {
            "type": type_, "name": name, f"{type_}_name": name, "address": "127.0.0.1", "port": cluster.ports[name],
            "uri": f"http://127.0.0.1:{cluster.ports[name]}/", "instance_id": f"{LINK_NAMES[Role(type_)]}_1",
            "satellite_map": {"address": str, "port": int, "use_ssl": False, "hard_ssl_name_check": bool},
            "active": True, "spare": False, "passive": False, "reachable": True, "alive": True, "attempt": 0,
            "configuration_sent": True, "have_conf": True, "need_conf": False, "running_id": str, "last_check": float,
            "short_timeout": float, "long_timeout": float, "realm": "All", "realm_name": "All", "hash": str,
            "push_flavor": str, "managed_conf_id": str, "cfg_managed": {"SchedulerLink_1": {"hash": str}},
        }  # fmt: skip
        assert has_shape(links[type_], [shape]), links[type_]


def test_the_status_is_the_list_of_daemons_and_how_each_is(cluster: Cluster) -> None:
    live = {"timestamp": int, "state": str, "output": str, "long_output": str, "perf_data": str}
    shape = {
        **{type_: [name] for name, type_ in DAEMONS.items()},
        "name": "Test",
        "template": {
            "_templates": list,
            "alias": "Test",
            "active_checks_enabled": False,
            "passive_checks_enabled": True,
            "notes": str,
        },
        "variables": {},
        "livestate": {**live, "state": "up", "output": "All my daemons are up and running."},
        "services": [{"name": str, "livestate": {**live, "state": "ok"}}],
    }
    status = cluster.ask(ARBITER, "get_alignak_status")
    assert has_shape(status, shape), status
    assert status["template"]["_templates"] == ["alignak", "important"]
    assert [each["name"] for each in status["services"]] == [ARBITER, *sorted(SATELLITES)]
    poller = next(each["livestate"] for each in status["services"] if each["name"] == POLLER)
    assert poller["name"] == "poller_poller-master"
    assert poller["output"] == "daemon is alive and reachable."
    assert poller["long_output"] == f"Realm: All (True). Listening on: {cluster.url(POLLER, '')}"
    assert poller["perf_data"].startswith("last_check=")
    assert "poller-master - daemon is alive and reachable." in status["livestate"]["long_output"].split("\n")
    assert "'hosts'=2" in status["livestate"]["perf_data"]

    assert "link" not in str(status["services"])
    detailed = cluster.ask(ARBITER, "get_alignak_status?details=1")["services"][1:]
    assert has_shape(detailed, [{"link": LINK, "statistics": {"modules": 0}}])


def test_an_arbiter_that_runs_goes_on_whoever_says_not_to(cluster: Cluster) -> None:
    assert cluster.ask(ARBITER, "do_not_run") is False
    assert cluster.ask(ARBITER, "do_not_run", {}) is False


def reloads(cluster: Cluster) -> int:
    """Return how many reloads the monitoring log tells of."""
    return sum(line.startswith("CONFIGURATION RELOAD;") for line in cluster.events())


def test_a_reload_is_accepted_and_told(cluster: Cluster) -> None:
    before = reloads(cluster)
    assert cluster.ask(ARBITER, "reload_configuration") is True
    assert cluster.ask(ARBITER, "reload_configuration", {}) is True
    wait_for(lambda: reloads(cluster) == before + 2, 10, "the reloads in the monitoring log")


def test_a_change_in_the_backend_reloads_and_other_events_do_not(cluster: Cluster) -> None:
    before = reloads(cluster)
    nothing = {"_status": "OK", "_message": "No action to do"}
    assert cluster.ask(ARBITER, "backend_notification", {"event": "foo", "parameters": "bar"}) == nothing
    assert cluster.ask(ARBITER, "backend_notification?event=foo&parameters=x") == nothing
    assert cluster.ask(ARBITER, "backend_notification?event=foo") == nothing
    told = cluster.ask(ARBITER, "backend_notification", {"event": "creation", "parameters": {"host": "x"}})
    assert told == {"_status": "OK", "_message": "I received a request to reload the monitored configuration."}
    assert cluster.ask(ARBITER, "backend_notification?event=deletion")["_status"] == "OK"
    wait_for(lambda: reloads(cluster) == before + 2, 10, "two reloads")


def test_a_configuration_with_errors_is_refused_with_its_diagnostics(cluster: Cluster) -> None:
    objects = cluster.folder / "etc" / "objects.cfg"
    good = objects.read_text()
    objects.write_text(good + "define host{\n host_name bad\n check_command nothing_like_it\n}\n")
    try:
        for answer in (
            cluster.ask(ARBITER, "reload_configuration"),
            cluster.ask(ARBITER, "backend_notification?event=creation"),
            cluster.command("RELOAD_CONFIG"),
        ):
            assert "nothing_like_it" in refusal(answer)
            assert "objects.cfg:" in answer["_message"]
    finally:
        objects.write_text(good)
    assert cluster.ask(ARBITER, "have_conf") is True
    assert cluster.command("RELOAD_CONFIG")["_status"] == "OK"


# What daemons do among themselves -----------------------------------------------------------------------------------


def configuration_for(daemon: str, name: str) -> Any:
    """Return a configuration, sealed, for a daemon of another name."""
    role = Role(DAEMONS[daemon])
    conf = DaemonConfiguration(DaemonLink(role, name, f"{LINK_NAMES[role]}_9"), "Test", Settings())
    return json.loads(encode(PushConfiguration(sealed(conf))))


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_configuration_that_is_not_for_the_daemon_is_refused_and_the_present_one_goes_on(
    cluster: Cluster, daemon: str
) -> None:
    before = cluster.ask(daemon, "get_managed_configurations")
    message = refusal(ask(cluster, daemon, "push_configuration", configuration_for(daemon, "somebody-else")))
    assert ("master" if daemon == ARBITER else "somebody-else") in message
    damaged = configuration_for(daemon, daemon)
    damaged["conf"]["alignak_name"] = "changed on the way"
    assert refusal(ask(cluster, daemon, "push_configuration", damaged))
    assert cluster.exchange(daemon, "push_configuration", {"conf": {}}, secret=True)[0] == 400
    assert cluster.exchange(daemon, "push_configuration", {}, secret=True)[0] == 400
    assert cluster.ask(daemon, "get_managed_configurations") == before
    assert cluster.ask(daemon, "have_conf") is True


@pytest.mark.parametrize("daemon", DAEMONS)
def test_only_daemons_that_run_actions_are_given_any(cluster: Cluster, daemon: str) -> None:
    answer = ask(cluster, daemon, "push_actions", {"actions": [], "scheduler_instance_id": "SchedulerLink_1"})
    if daemon in (POLLER, REACTIONNER):
        assert answer is None
        unknown = {"actions": [], "scheduler_instance_id": "nobody"}
        assert cluster.exchange(daemon, "push_actions", unknown, secret=True)[0] == 503
    else:
        assert f"{daemon} runs no actions" in refusal(answer)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_what_waits_in_a_daemon_can_be_fetched(cluster: Cluster, daemon: str) -> None:
    assert ask(cluster, daemon, "get_external_commands") == []
    assert ask(cluster, daemon, "get_results?scheduler_instance_id=nobody") == []
    many = [f"an-id-as-long-as-they-come-{number:08}" for number in range(1000)]
    assert ask(cluster, daemon, "get_results", {"scheduler_instance_id": "nobody", "got": many}) == []
    brok = {
        "uuid": str,
        "seq": int,
        "type": str,
        "instance_id": str,
        "creation_time": float,
        "data": dict,
        "cause": str,
    }
    assert has_shape(ask(cluster, daemon, "get_broks?broker_name=a-reader"), [brok])


def test_a_scheduler_hands_out_work_takes_results_and_runs_commands(cluster: Cluster) -> None:
    assert ask(cluster, SCHEDULER, "get_checks") == []
    nobodys = "get_checks?do_checks=True&do_actions=False&poller_tags=nobody,else&worker_name=w&module_types=fork"
    assert ask(cluster, SCHEDULER, nobodys) == []
    assert ask(cluster, SCHEDULER, "put_results", {"from": "x", "results": []}) is True
    assert ask(cluster, SCHEDULER, "fill_initial_broks?broker_name=nobody") == 0
    assert ask(cluster, SCHEDULER, f"fill_initial_broks?broker_name={BROKER}") > 3
    lines = ["[1234567890] ADD_HOST_COMMENT;web;1;bob;by another daemon", "BAD_ONE"]
    assert ask(cluster, SCHEDULER, "run_external_commands", {"cmds": lines}) is None
    assert "by another daemon" in comments(cluster, "web")
    fates = ask(cluster, SCHEDULER, "run_external_commands", {"cmds": lines, "ids": ["endpoints-1", "endpoints-2"]})
    assert [each["state"] for each in fates] == ["accepted", "refused"]
    assert "BAD_ONE" in fates[1]["reason"]
    assert cluster.ask(SCHEDULER, "command_fate?id=endpoints-2") == fates[1]
    assert "2 commands" in refusal(ask(cluster, SCHEDULER, "run_external_commands", {"cmds": lines, "ids": ["one"]}))


def test_a_host_is_given_with_its_configuration_and_state_and_null_without_one(cluster: Cluster) -> None:
    for path in ("get_host", "get_host?host_name=None", "get_host?host_name=nohost"):
        assert cluster.exchange(SCHEDULER, path) == (200, None)
    host = cluster.ask(SCHEDULER, "get_host?host_name=told")["content"]
    shape = {
        "host_name": "told", "address": "127.0.0.1", "state": str, "state_type": str, "last_chk": int, "output": str,
        "contacts": ["admin"], "services": list, "comments": dict, "downtimes": dict, "customs": dict,
    }  # fmt: skip
    assert has_shape(host, shape), host


def test_a_reader_of_broks_gets_each_once_and_may_read_again_by_its_own_cursor(cluster: Cluster) -> None:
    first = ask(cluster, SCHEDULER, "get_broks?broker_name=once")
    assert [each["seq"] for each in first] == list(range(first[0]["seq"], first[-1]["seq"] + 1))
    assert cluster.command("ADD_HOST_COMMENT;web;1;bob;for readers of broks")["_status"] == "OK"
    later = ask(cluster, SCHEDULER, "get_broks?broker_name=once")
    assert later[0]["seq"] == first[-1]["seq"] + 1
    assert any("for readers of broks" in str(each["data"]) for each in later)

    other = ask(cluster, SCHEDULER, "get_broks?broker_name=another")
    assert other[0] == first[0]
    epoch, after = first[0]["uuid"].rpartition("-")[0], first[-1]["seq"]
    again = ask(cluster, SCHEDULER, f"get_broks?broker_name=once&epoch={epoch}&after={after}")
    assert again[: len(later)] == later
    foreign = ask(cluster, SCHEDULER, f"get_broks?broker_name=once&epoch=other&after={after}")
    assert foreign[0] == first[0]


def test_pushed_broks_are_kept_once(cluster: Cluster) -> None:
    assert ask(cluster, BROKER, "push_broks", {"broks": []}) is None
    brok = {
        "uuid": "tests-1", "seq": 1, "type": "monitoring_log", "instance_id": "tests",
        "creation_time": time.time(), "data": {"level": "warning", "message": "PUSHED BY A TEST"},
    }  # fmt: skip
    for _ in range(2):
        assert ask(cluster, BROKER, "push_broks", {"broks": [brok]}) is None
    assert cluster.events().count("PUSHED BY A TEST") == 1
    assert cluster.exchange(BROKER, "push_broks", {"broks": {}}, secret=True)[0] == 400


def test_results_wait_until_the_call_after_the_one_that_handed_them_out(cluster: Cluster) -> None:
    """The scheduler is dead, so nobody but the test fetches what the poller did, nor takes the commands."""
    cluster.kill(SCHEDULER)
    order = Order(
        id=OrderId("tests-order-1"), work=Work.CHECK, key=ObjectKey("web"), argv=("/bin/echo", "by hand"), shell=False,
        environment={}, timeout=5.0, due_at=time.time(),
    )  # fmt: skip
    pushed = json.loads(encode(PushActions((order, replace(order, id=OrderId("tests-order-2"))), "SchedulerLink_1")))
    assert ask(cluster, POLLER, "push_actions", pushed) is None

    def results(**more: Any) -> list[Any]:
        found = ask(cluster, POLLER, "get_results", {"scheduler_instance_id": "SchedulerLink_1", **more})
        return [each for each in found if "by hand" in str(each)]

    both = wait_for(lambda: len(found := results(got=[])) == 2 and found, 10, "both outcomes")
    assert results(got=[]) == both  # nothing was said to be safe
    assert results(got=[both[0][0]]) == both[1:]
    assert results() == []  # what the last call handed out is taken as received
    assert results() == []

    for door in (ARBITER, RECEIVER):
        answer = cluster.ask(door, "command", {"commands": [f"ADD_HOST_COMMENT;web;1;bob;waits at {door}"]})
        assert answer["_status"] == "OK"
        for _ in range(2):
            assert ask(cluster, door, "get_external_commands") == [f"ADD_HOST_COMMENT;web;1;bob;waits at {door}"]
    cluster.start(SCHEDULER)
    wait_for(lambda: cluster.is_ready(SCHEDULER) and cluster.is_ready(ARBITER), 20, "the scheduler")
    for door in (ARBITER, RECEIVER):
        wait_for(lambda door=door: f"waits at {door}" in comments(cluster, "web"), 10, f"the command given to {door}")
        wait_for(lambda door=door: ask(cluster, door, "get_external_commands") == [], 10, "nothing to wait")


# External commands --------------------------------------------------------------------------------------------------


def comments(cluster: Cluster, host: str) -> list[str]:
    """Return the texts of a host's comments, as the scheduler has them."""
    found = cluster.ask(SCHEDULER, f"get_host?host_name={host}")["content"]["comments"]
    return [each["comment"] for each in found.values()]


def state_of(cluster: Cluster, name: str) -> dict[str, Any]:
    """Return the state of a host or of a ``host/service``, as the scheduler has it."""
    (found,) = cluster.ask(SCHEDULER, f"dump?o_name={name.replace(' ', '%20')}&details=1")
    return dict(found)


ACCEPTED: dict[str, tuple[dict[str, Any], str]] = {
    "a whole line": ({"command": "ADD_HOST_COMMENT;web;1;bob;Line {}"}, "ADD_HOST_COMMENT;web;1;bob;Line {}"),
    "a timestamp in the line": (
        {"command": "[1234567890] ADD_HOST_COMMENT;web;1;bob;Stamp {}"},
        "[1234567890] ADD_HOST_COMMENT;web;1;bob;Stamp {}",
    ),
    "a timestamp beside": (
        {"command": "ADD_HOST_COMMENT;web;1;bob;Beside {}", "timestamp": "1234567890"},
        "[1234567890] ADD_HOST_COMMENT;web;1;bob;Beside {}",
    ),
    "its name in small letters": (
        {"command": "add_host_comment;web;1;bob;Small {}"},
        "ADD_HOST_COMMENT;web;1;bob;Small {}",
    ),
    "an element": (
        {"command": "ADD_HOST_COMMENT", "element": "web", "parameters": "1;bob;Element {}"},
        "ADD_HOST_COMMENT;web;1;bob;Element {}",
    ),
    "a host": (
        {"command": "ADD_HOST_COMMENT", "host": "web", "parameters": "1;bob;Host {}"},
        "ADD_HOST_COMMENT;web;1;bob;Host {}",
    ),
    "a host before an element": (
        {"command": "ADD_HOST_COMMENT", "host": "web", "element": "told", "parameters": "1;bob;Before {}"},
        "ADD_HOST_COMMENT;web;1;bob;Before {}",
    ),
    "semicolons in the last argument": (
        {"command": "ADD_HOST_COMMENT;web;1;bob;Half; {}; and so on"},
        "ADD_HOST_COMMENT;web;1;bob;Half; {}; and so on",
    ),
    "a semicolon inside another argument": (
        {"command": r"ADD_HOST_COMMENT;web;1;bob\;by;Escaped {}"},
        r"ADD_HOST_COMMENT;web;1;bob\;by;Escaped {}",
    ),
}
"""Ways to give one command, and the line that is made of each."""


@pytest.mark.parametrize("way", ACCEPTED)
@pytest.mark.parametrize("door", [ARBITER, RECEIVER])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_command_is_accepted_and_its_effect_is_seen_in_the_scheduler(
    cluster: Cluster, door: str, method: str, way: str
) -> None:
    given, line = ACCEPTED[way]
    mark = f"{method} to {door}"
    given = {name: value.format(mark) for name, value in given.items()}
    line = line.format(mark)
    with person() as session:
        url = cluster.url(door, "command")
        answer = (session.get(url, params=given) if method == "GET" else session.post(url, json=given)).json()
    assert has_shape(answer, {"_status": "OK", "_message": f"Got command: {line}", "command": line, "id": str})
    fate = cluster.ask(door, f"command_fate?id={answer['id']}")
    assert fate == {"id": answer["id"], "state": "accepted", "reason": ""}
    assert re.split(r"(?<!\\);", line, maxsplit=4)[4] in comments(cluster, "web")


def test_services_users_and_escaped_semicolons_arrive_as_they_were_meant(cluster: Cluster) -> None:
    given = {"command": "PROCESS_SERVICE_CHECK_RESULT", "element": "told/mail box", "parameters": "1;oops|a=1"}
    answer = cluster.ask(ARBITER, "push_external_command", given)
    assert answer["command"] == "PROCESS_SERVICE_CHECK_RESULT;told;mail box;1;oops|a=1"
    service = state_of(cluster, "told/mail box")
    assert (service["state"], service["output"], service["perf_data"]) == ("WARNING", "oops", "a=1")
    named = {"command": "PROCESS_SERVICE_CHECK_RESULT", "host": "told", "service": "mail box", "parameters": "0;fine"}
    assert cluster.ask(RECEIVER, "command", named)["_status"] == "OK"
    assert state_of(cluster, "told/mail box")["state"] == "OK"

    user = cluster.ask(ARBITER, "command", {"command": "disable_contact_svc_notifications", "user": "admin"})
    assert user["command"] == "DISABLE_CONTACT_SVC_NOTIFICATIONS;admin"
    assert cluster.command("ENABLE_CONTACT_SVC_NOTIFICATIONS;admin")["_status"] == "OK"

    assert cluster.command(r"ADD_HOST_COMMENT;told;1;a\;b;who wrote this")["_status"] == "OK"
    found = cluster.ask(SCHEDULER, "get_host?host_name=told")["content"]["comments"].values()
    assert [each["author"] for each in found if each["comment"] == "who wrote this"] == ["a;b"]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Missing command parameter"),
    "no command": ({"host": "web"}, "Missing command parameter"),
    "an empty one": ({"command": ""}, "Malformed command"),
    "a name that is none": ({"command": "NOT_A_COMMAND"}, "Command 'NOT_A_COMMAND' is not recognized, sorry"),
    "a misspelt name": ({"command": "ADD_HOST_COMENT;web;1;bob;x"}, "did you mean 'ADD_HOST_COMMENT'?"),
    "too few arguments": ({"command": "ADD_HOST_COMMENT;web"}, "Arguments are not correct for the command"),
    "an argument of another type": ({"command": "PROCESS_HOST_CHECK_RESULT;web;down;x"}, "is no whole number"),
    "a host that is none": ({"command": "ADD_HOST_COMMENT;nowhere;1;bob;x"}, "the host could not be found"),
    "a service that is none": ({"command": "ADD_SVC_COMMENT;told;mail;1;bob;x"}, "did you mean 'mail box'?"),
    "a contact that is none": ({"command": "DISABLE_CONTACT_SVC_NOTIFICATIONS;nobody"}, "no contact 'nobody'"),
    "a timestamp that is none": (
        {"command": "DISABLE_NOTIFICATIONS", "timestamp": "abc"},
        "Timestamp must be an integer",
    ),
    "a line that is none": ({"command": ";;;"}, "Malformed command"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("door", [ARBITER, RECEIVER])
def test_a_command_that_cannot_work_is_refused_with_the_reason(cluster: Cluster, door: str, what: str) -> None:
    given, reason = REFUSED[what]
    with person() as session:
        by_post = session.post(cluster.url(door, "command"), json=given)
        by_get = session.get(cluster.url(door, "command"), params=given)
    for answer in (by_post, by_get):
        assert answer.status_code == 200
        assert reason in refusal(answer.json())


@pytest.mark.parametrize("door", [ARBITER, RECEIVER])
def test_of_several_commands_the_good_ones_are_run_and_each_has_its_fate(cluster: Cluster, door: str) -> None:
    lines = [f"ADD_HOST_COMMENT;web;1;bob;first, {door}", "NOT_A_COMMAND", f"ADD_HOST_COMMENT;web;1;bob;third, {door}"]
    answer = cluster.ask(door, "command", {"commands": lines})
    assert (answer["_status"], answer["_message"]) == ("ERR", "Got 2 command(s), refused 1")
    good, bad, other = answer["fates"]
    assert bad["state"] == "refused"
    assert "NOT_A_COMMAND" in bad["reason"]
    for fate in (good, other):
        wait_for(
            lambda fate=fate: cluster.ask(door, f"command_fate?id={fate['id']}")["state"] == "accepted",
            10,
            "the command to arrive",
        )
    assert {f"first, {door}", f"third, {door}"} <= set(comments(cluster, "web"))
    assert cluster.ask(door, "command", {"commands": []})["_status"] == "OK"


def test_the_fate_of_a_command_nobody_gave_is_not_known(cluster: Cluster) -> None:
    for daemon in (ARBITER, RECEIVER, SCHEDULER):
        status, answer = cluster.exchange(daemon, "command_fate?id=nobody-1")
        assert status == 404
        assert "nobody-1" in refusal(answer)


# What happened ------------------------------------------------------------------------------------------------------


def test_the_monitoring_log_can_be_asked_for_a_number_a_time_and_details(cluster: Cluster) -> None:
    for number in range(3):
        cluster.command(f"ADD_HOST_COMMENT;web;1;bob;event {number}")
    cluster.wait_for_event("HOST COMMENT: web;bob;event 2")
    latest = cluster.ask(ARBITER, "events_log?count=2&details=1")
    assert has_shape(latest, [{"level": str, "message": str, "timestamp": float, "date": str}])
    assert len(latest) == 2
    assert latest[0]["timestamp"] >= latest[1]["timestamp"]

    all_of_them = cluster.ask(ARBITER, "events_log?count=1000&details=1")
    mark = next(each for each in all_of_them if each["message"].endswith("event 1"))
    since = cluster.ask(ARBITER, f"events_log?count=1000&details=1&timestamp={mark['timestamp']!r}")
    assert since == all_of_them[: len(since)]
    assert since[-1]["timestamp"] >= mark["timestamp"]
    assert all_of_them[len(since)]["timestamp"] < mark["timestamp"]

    lines = cluster.ask(ARBITER, "events_log?count=1000")
    assert f"{mark['date']} - I - {mark['message']}" in lines
    assert lines == [f"{each['date']} - {each['level'][0].upper()} - {each['message']}" for each in all_of_them]
    assert cluster.ask(BROKER, "events_log?count=1000") == lines
    assert cluster.ask(ARBITER, "events_log?count=0") == []
    assert len(cluster.ask(ARBITER, "events_log")) <= 100
    for bad in ("count=-1", "count=many", "count=100001", f"count={10**30}", "timestamp=soon"):
        for daemon in (ARBITER, BROKER):
            assert cluster.exchange(daemon, f"events_log?{bad}")[0] == 400, bad


def test_problems_counts_and_states_of_all_schedulers_are_gathered(cluster: Cluster) -> None:
    assert cluster.command("PROCESS_HOST_CHECK_RESULT;told;0;up")["_status"] == "OK"
    assert cluster.command("PROCESS_SERVICE_CHECK_RESULT;told;mail box;2;full")["_status"] == "OK"
    problem = {
        "host": "told", "service": "mail box", "state": "CRITICAL", "state_type": "HARD", "output": "full",
        "last_state": str, "last_state_type": str, "last_state_update": int, "last_state_change": int,
        "last_hard_state_change": int, "last_hard_state": str,
    }  # fmt: skip
    for path in ("monitoring_problems", "problems"):
        own = cluster.ask(SCHEDULER, path)
        assert has_shape(own, {**identity(SCHEDULER), "problems": dict})
        (found,) = own["problems"].values()
        assert has_shape(found, problem), found
        gathered = cluster.ask(ARBITER, path)
        assert has_shape(gathered, {**identity(ARBITER), "problems": {SCHEDULER: {"problems": own["problems"]}}})

    synthesis = cluster.ask(ARBITER, "livesynthesis")
    counts = {"_freshness": int, "livesynthesis": {**SYNTHESIS, "services_critical_hard": 1, "hosts_total": 2}}
    assert has_shape(synthesis, {**identity(ARBITER), "livesynthesis": {"_overall": counts, SCHEDULER: counts}})
    assert cluster.command("PROCESS_SERVICE_CHECK_RESULT;told;mail box;0;empty")["_status"] == "OK"
    assert cluster.ask(SCHEDULER, "problems")["problems"] == {}


def test_states_are_dumped_whole_for_one_object_or_as_tables(cluster: Cluster) -> None:
    row = {
        "type": str, "host": str, "name": str, "last_check": int, "state_id": int, "state": str, "state_type": str,
        "is_problem": bool, "is_impact": bool, "output": str,
    }  # fmt: skip
    dump = cluster.ask(ARBITER, "dump")
    assert has_shape(dump, {SCHEDULER: [{**row, "type": "host", "services": [{**row, "type": "service"}]}]})
    assert [each["name"] for each in dump[SCHEDULER]] == ["told", "web"]
    (service,) = cluster.ask(ARBITER, "dump?o_name=told/mail%20box&details=1")[SCHEDULER]
    assert has_shape(service, {**row, "name": "mail box", "perf_data": str, "acknowledged": False, "next_check": int})
    hosts, services = cluster.ask(SCHEDULER, "dump?raw=1")
    assert hosts[0] == "type;host;name;last_check;state_id;state;state_type;is_problem;is_impact;output"
    assert [line.split(";")[:3] for line in services[1:]] == [["service", "told", "mail box"]]
    for daemon in (ARBITER, SCHEDULER):
        assert refusal(cluster.ask(daemon, "dump?o_name=unknown")) == "Required host (unknown) not found."
        assert "service (told/x)" in refusal(cluster.ask(daemon, "dump?o_name=told/x"))


# What is wrong with a request ---------------------------------------------------------------------------------------


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


# Waiting, resting and stopping --------------------------------------------------------------------------------------


@pytest.mark.parametrize("daemon", SATELLITES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_daemon_that_drops_its_configuration_is_given_it_again(cluster: Cluster, daemon: str, method: str) -> None:
    def taken() -> int:
        return cluster.log(daemon).count("took over the configuration")

    dropped, before = cluster.log(daemon).count("dropped the configuration"), taken()
    assert cluster.exchange(daemon, "wait_new_conf", method=method) == (200, None)
    assert cluster.log(daemon).count("dropped the configuration") == dropped + 1
    wait_for(lambda: taken() > before, 10, f"{daemon} to get its configuration again")
    assert cluster.ask(daemon, "have_conf") is True
    wait_for(lambda: cluster.is_ready(daemon), 5, f"{daemon} to be ready")


def test_an_arbiter_that_drops_its_configuration_waits_for_a_reload_and_the_others_go_on(cluster: Cluster) -> None:
    assert cluster.ask(ARBITER, "wait_new_conf") is None
    assert cluster.ask(ARBITER, "have_conf") is False
    assert cluster.exchange(ARBITER, "readyz")[0] == 503
    assert cluster.exchange(ARBITER, "get_satellites_list")[0] == 503
    assert all(cluster.ask(each, "have_conf") is True for each in SATELLITES)
    assert cluster.ask(ARBITER, "reload_configuration") is True
    wait_for(lambda: cluster.is_ready(ARBITER), 10, "the arbiter to have reloaded")


@pytest.mark.parametrize("door", [ARBITER, RECEIVER])
def test_a_daemon_asked_to_stop_rests_until_it_is_told_more(cluster: Cluster, door: str) -> None:
    assert cluster.ask(door, "stop_request") is True
    assert cluster.ask(door, "stop_request?stop_now=0") is True
    assert cluster.ask(door, "ping") == "pong"
    assert cluster.exchange(door, "healthz")[0] == 200
    assert cluster.exchange(door, "readyz")[0] == 503
    status, answer = cluster.exchange(door, "command", {"command": "DISABLE_NOTIFICATIONS"})
    assert status == 503
    assert "rests" in refusal(answer)
    cluster.ask(door, "reload_configuration" if door == ARBITER else "wait_new_conf")
    wait_for(lambda: cluster.is_ready(door), 10, f"{door} to work again")


NOW: dict[str, tuple[str, Any]] = {
    ARBITER: ("stop_request?stop_now=1", None),
    SCHEDULER: ("stop_request", {"stop_now": "1"}),
    POLLER: ("stop_request", {"stop_now": 1}),
    REACTIONNER: ("stop_request", {"stop_now": True}),
    RECEIVER: ("stop_request?stop_now=1", None),
    BROKER: ("stop_request?stop_now=True", None),
}
"""The ways clients write that a daemon is to stop at once."""


@pytest.mark.parametrize("daemon", NOW)
def test_a_daemon_asked_to_stop_now_does(cluster: Cluster, daemon: str) -> None:
    """The last ones here: nobody is left after them."""
    path, body = NOW[daemon]
    assert cluster.ask(daemon, path, body) is True
    assert cluster.processes[daemon].wait(10) == 0
    with pytest.raises(OSError):  # noqa: PT011  nobody listens any more
        cluster.ask(daemon, "ping")
    assert "Traceback" not in cluster.log(daemon)
    assert "incident" not in cluster.log(daemon)
