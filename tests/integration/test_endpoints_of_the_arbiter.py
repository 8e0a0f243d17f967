"""What the arbiter says of the whole: objects, daemons, reloads, events, problems, states."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alignak.model.topology import LINK_NAMES, Role
from tests.support.cluster import DAEMONS, Cluster, running, wait_for, write
from tests.support.interface import (
    ARBITER,
    BROKER,
    LINK,
    POLLER,
    SATELLITES,
    SCHEDULER,
    SITE,
    SYNTHESIS,
    has_shape,
    identity,
    refusal,
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is checked, and one that is told about."""
    with running(write(tmp_path_factory.mktemp("arbiter"), SITE)) as cluster:
        yield cluster


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
