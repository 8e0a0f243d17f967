"""What old clients ask of a scheduler looks as it always did."""

from __future__ import annotations

import pytest

from alignak.base import codec
from alignak.base.errors import RefusedError
from alignak.base.ids import Cause, IdSource, OrderId
from alignak.engine import impacts, views
from alignak.engine.state import Acknowledgement, Comment, Downtime, InFlight, ItemState, World
from alignak.engine.turn import Turn
from alignak.engine.wheel import Wheel
from alignak.model.states import StateType
from tests.support.worlds import NOW, world

HOST_KEYS = """
uuid name imported_from use definition_order register display_name initial_state max_check_attempts check_interval
retry_interval active_checks_enabled passive_checks_enabled check_period check_freshness freshness_threshold
event_handler event_handler_enabled low_flap_threshold high_flap_threshold flap_detection_enabled process_perf_data
retain_status_information retain_nonstatus_information contacts contact_groups notification_interval
first_notification_delay notification_period notifications_enabled stalking_options notes notes_url action_url
icon_image icon_image_alt icon_set poller_tag reactionner_tag resultmodulations business_impact_modulations escalations
maintenance_period time_to_orphanage labels business_rule_output_template business_rule_smart_notifications
business_rule_downtime_as_ack business_rule_host_notification_options business_rule_service_notification_options
business_impact trending_policies checkmodulations macromodulations custom_views snapshot_enabled snapshot_command
snapshot_period snapshot_interval realm host_name alias address address6 parents hostgroups check_command
flap_detection_options notification_options vrml_image statusmap_image freshness_state 2d_coords 3d_coords
service_overrides service_excludes service_includes snapshot_criteria conf_is_correct configuration_warnings
configuration_errors tags downtimes modified_attributes last_chk next_chk in_checking in_maintenance latency attempt
state_id current_event_id last_event_id last_state last_state_type last_state_id last_state_change
last_hard_state_change last_hard_state last_hard_state_id state_type state_type_id duration_sec output long_output
is_flapping act_depend_of chk_depend_of act_depend_of_me chk_depend_of_me last_state_update checks_in_progress
notifications_in_progress comments flapping_changes flapping_comment_id percent_state_change
problem_has_been_acknowledged acknowledgement acknowledgement_type has_been_checked should_be_scheduled last_problem_id
current_problem_id execution_time u_time s_time last_notification current_notification_number current_notification_id
check_flapping_recovery_notification scheduled_downtime_depth pending_flex_downtime timeout start_time end_time
early_timeout return_code perf_data last_perf_data customs notified_contacts notified_contacts_ids
in_scheduled_downtime in_scheduled_downtime_during_last_check actions broks is_problem is_impact
my_own_business_impact source_problems impacts state_before_impact state_id_before_impact state_changed_since_impact
got_business_rule processed_business_rule business_rule parent_dependencies child_dependencies
in_hard_unknown_reach_phase was_in_hard_unknown_reach_phase topology_change last_snapshot last_check_command
freshness_expired freshness_log_raised state last_time_up last_time_down last_time_unreachable services realm_name
got_default_realm state_before_hard_unknown_reach_phase pack_id
"""


def site() -> World:
    """The web server is down, one service unreachable, one failed before; a service of the router warns softly."""
    found = world(
        states={
            "web": ItemState(
                state="DOWN",
                attempt=3,
                has_been_checked=True,
                output="no answer",
                last_chk=100.9,
                last_state="DOWN",
                last_hard_state="DOWN",
                last_state_change=90,
                last_times={"UP": 80, "DOWN": 100},
                downtimes={"1": Downtime("1", "me", "works", 0, 999, is_in_effect=True)},
                comments={"2": Comment("2", "me", "text", 5)},
                latency=0.5,
            ),
            "web;http": ItemState(
                state="UNREACHABLE", attempt=2, has_been_checked=True, perf_data="t=1s;2;3", last_chk=99, latency=1.5
            ),
            "web;load": ItemState(
                state="CRITICAL",
                attempt=2,
                has_been_checked=True,
                acknowledgement=Acknowledgement("me", "known", True, True, 10),
            ),
            "router;ports": ItemState(state="WARNING", state_type=StateType.SOFT, attempt=1, has_been_checked=True),
        }
    )
    impacts.survey(Turn(found, Wheel(), IdSource("e1"), NOW, Cause("start")), may_begin=False)
    return found


def test_a_host_is_answered_in_the_historical_envelope_with_every_key() -> None:
    it = site()
    it.items["web"].in_flight = InFlight(OrderId("e1-5"), 120.0)  # type: ignore[index,call-arg]
    document = views.host_document(it, "web")
    assert document is not None
    assert document["__sys_python_module__"] == "alignak.objects.host.Host"
    content = document["content"]
    assert isinstance(content, dict)
    assert set(content) == set(HOST_KEYS.split())
    assert content["check_command"]["call"] == "check_ping"
    assert content["check_command"]["command"]["command_line"] == "/plugins/check_ping $HOSTADDRESS$"
    assert content["services"] == ["web;http", "web;load"]
    assert (content["last_time_up"], content["in_checking"]) == (80, True)
    assert content["customs"] == {"_SNMPCOMMUNITY": "***", "_SITE": "north", "_URL": "http://$HOSTADDRESS$/"}
    codec.dumps(document)


def test_a_host_that_does_not_exist_is_nothing() -> None:
    assert views.host_document(site(), "nohost") is None


def test_problems_are_those_that_cause_others_not_their_impacts() -> None:
    it = site()
    assert list(views.monitoring_problems(it)) == ["web"]
    assert views.monitoring_problems(it)["web"] == {
        "host": "web",
        "service": None,
        "state": "DOWN",
        "state_type": "HARD",
        "output": "no answer",
        "last_state": "DOWN",
        "last_state_type": "HARD",
        "last_state_update": 0,
        "last_state_change": 90,
        "last_hard_state_change": 0,
        "last_hard_state": "DOWN",
    }
    web = views.historical(it, it.items["web"])  # type: ignore[index]
    assert (web["is_problem"], web["is_impact"], web["impacts"]) == (True, False, ["web;http", "web;load"])
    http = views.historical(it, it.items["web;http"])  # type: ignore[index]
    assert (http["is_problem"], http["is_impact"], http["source_problems"]) == (False, True, ["web"])


def test_the_live_synthesis_counts_every_condition() -> None:
    counted = views.livesynthesis(site())
    assert len(counted) == 28
    assert {name: count for name, count in counted.items() if count} == {
        "hosts_total": 2,
        "hosts_up_hard": 1,
        "hosts_down_hard": 1,
        "hosts_problems": 1,
        "hosts_in_downtime": 1,
        "services_total": 3,
        "services_warning_soft": 1,
        "services_critical_hard": 1,
        "services_unreachable_hard": 1,
        "services_acknowledged": 1,
    }


def test_objects_are_counted_under_28_names() -> None:
    counted = views.monitored_objects(site())
    assert len(counted) == 28
    assert (counted["hosts"], counted["services"], counted["commands"], counted["pollers"]) == (2, 3, 2, 0)


def test_latency_is_that_of_what_was_checked() -> None:
    assert views.latency(site()) == {"avg": 0.5, "min": 0.0, "max": 1.5}
    assert views.latency(world()) == {"avg": 0.0, "min": 0.0, "max": 0.0}


def test_the_times_of_commands_are_summed_by_plugin_file_over_the_last_checks() -> None:
    it = world(
        states={
            "web": ItemState(has_been_checked=True, u_time=0.25, s_time=0.5),
            "web;http": ItemState(has_been_checked=True, u_time=0.1, s_time=0.01),
            "web;load": ItemState(has_been_checked=True, u_time=0.2, s_time=0.02),
            "router;ports": ItemState(has_been_checked=False, u_time=9.0),
        }
    )
    assert views.command_times(it) == {"check_ping": [0.25, 0.5], "check_x": [0.3, 0.03]}


def test_a_dump_holds_each_host_with_its_services() -> None:
    router, web = views.dump(site())
    assert isinstance(web, dict)
    assert [each["name"] for each in web["services"]] == ["http", "load"]
    assert {name: value for name, value in web.items() if name != "services"} == {
        "type": "host",
        "host": "web",
        "name": "web",
        "last_check": 100,
        "state_id": 1,
        "state": "DOWN",
        "state_type": "HARD",
        "is_problem": True,
        "is_impact": False,
        "output": "no answer",
    }
    codec.dumps([router, web])


def test_a_dump_is_of_one_host_or_one_service_when_it_is_named() -> None:
    it = site()
    (web,) = views.dump(it, "web", details=True)
    assert isinstance(web, dict)
    assert (web["address"], web["get_overall_state"], web["downtimed"]) == ("192.0.2.2", 4, True)
    assert len(web) == 32 + 1, "the columns, and the services"
    (http,) = views.dump(it, "web/http", details=True)
    assert isinstance(http, dict)
    assert (http["uuid"], http["overall_state_id"], len(http)) == ("web;http", 4, 32)
    with pytest.raises(RefusedError, match=r"Required host \(unknown\) not found\."):
        views.dump(it, "unknown")
    with pytest.raises(RefusedError, match=r"Required service \(web/none\) not found\."):
        views.dump_raw(it, "web/none")


def test_a_raw_dump_is_lines_whose_columns_hold() -> None:
    hosts, services = views.dump_raw(site())
    assert hosts == [
        "type;host;name;last_check;state_id;state;state_type;is_problem;is_impact;output",
        "host;router;router;0;0;UP;HARD;False;False;",
        "host;web;web;100;1;DOWN;HARD;True;False;no answer",
    ]
    assert isinstance(services, list)
    assert services[2] == "service;web;http;99;4;UNREACHABLE;HARD;False;True;"
    _, (_, line) = views.dump_raw(site(), "web/http", details=True)  # type: ignore[misc]
    assert '"t=1s;2;3"' in str(line)


def test_the_command_line_gets_a_row_an_object() -> None:
    rows = views.status_rows(site())
    assert [(row["host"], row["service"], row["state"]) for row in rows] == [
        ("router", "", "UP"),
        ("router", "ports", "WARNING"),
        ("web", "", "DOWN"),
        ("web", "http", "UNREACHABLE"),
        ("web", "load", "CRITICAL"),
    ]
    assert [row["is_acknowledged"] for row in rows] == [False, False, False, False, True]
