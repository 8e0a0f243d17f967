"""External commands by HTTP: accepted or refused with the reason, and seen in the scheduler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.cluster import Cluster, running, wait_for, write
from tests.support.http_site import person
from tests.support.interface import ARBITER, RECEIVER, SCHEDULER, SITE, comments, has_shape, refusal


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return an installation with a host that is checked, and one that is told about."""
    with running(write(tmp_path_factory.mktemp("commands"), SITE)) as cluster:
        yield cluster


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
    by_query = {"commands": [f"ADD_HOST_COMMENT;web;1;bob;by GET, with a comma, {door}"]}
    with person() as session:
        answer = session.get(cluster.url(door, "command"), params=by_query).json()
    assert (answer["_status"], len(answer["fates"])) == ("OK", 1)
    wait_for(lambda: f"by GET, with a comma, {door}" in comments(cluster, "web"), 10, "the comment")
    assert cluster.ask(door, "command", {"commands": []})["_status"] == "OK"


def test_the_fate_of_a_command_nobody_gave_is_not_known(cluster: Cluster) -> None:
    for daemon in (ARBITER, RECEIVER, SCHEDULER):
        status, answer = cluster.exchange(daemon, "command_fate?id=nobody-1")
        assert status == 404
        assert "nobody-1" in refusal(answer)


def coming(cluster: Cluster) -> set[str]:
    """Return the ids of the recurring downtimes that are shown ahead."""
    ahead = cluster.ask(ARBITER, "explain/told%2Fmail%20box")["coming"]
    return {found for each in ahead for found in re.findall(r"recurring downtime (\w+) begins", each["text"])}


def test_a_downtime_that_comes_again_and_again_is_made_shown_and_taken_away(cluster: Cluster) -> None:
    given = {"element": "told/mail box", "rule": "FREQ=MONTHLY;BYDAY=2SU", "start": "02:00", "duration": 600}
    made = cluster.ask(ARBITER, "recurring_downtime", {**given, "zone": "Europe/Paris", "author": "me"})
    assert made["_status"] == "OK", made
    assert made["command"].startswith("SCHEDULE_RECURRING_SVC_DOWNTIME;told;mail box;FREQ=MONTHLY")
    (own,) = coming(cluster)
    assert cluster.ask(ARBITER, "end_recurring_downtime", {"id": own})["_status"] == "OK"
    assert coming(cluster) == set()
    bad = cluster.ask(ARBITER, "recurring_downtime", {**given, "rule": "someday"})
    assert (bad["_status"], "someday" in bad["_message"]) == ("ERR", True)
