"""Directives of hosts and services (configuration.md 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

EVERY_OBJECT: Final[tuple[Directive, ...]] = (
    Directive("name", Type.TEXT, "", "B"),
    Directive("imported_from", Type.TEXT, "alignak-self", "B"),
    Directive("use", Type.NAMES, (), "B"),
    Directive("definition_order", Type.INTEGER, 100),
    Directive("register", Type.BOOL, True),
)
"""Directives every ``define`` knows."""

CHECKABLE: Final[tuple[Directive, ...]] = (
    Directive("display_name", Type.TEXT, "", "B"),
    Directive("initial_state", Type.CHARACTER, "o", "B"),
    Directive("max_check_attempts", Type.INTEGER, 1, "B"),
    Directive("check_interval", Type.INTEGER, 0, "B R"),
    Directive("retry_interval", Type.INTEGER, 0, "B R"),
    Directive("active_checks_enabled", Type.BOOL, True, "B ret"),
    Directive("passive_checks_enabled", Type.BOOL, True, "B ret"),
    Directive("check_period", Type.TEXT, None, "req B sp"),
    Directive("check_freshness", Type.BOOL, False, "B"),
    Directive("freshness_threshold", Type.INTEGER, 0, "B"),
    Directive("event_handler", Type.TEXT, "", "B"),
    Directive("event_handler_enabled", Type.BOOL, False, "B ret"),
    Directive("low_flap_threshold", Type.INTEGER, 25, "B"),
    Directive("high_flap_threshold", Type.INTEGER, 50, "B"),
    Directive("flap_detection_enabled", Type.BOOL, True, "B ret"),
    Directive("process_perf_data", Type.BOOL, True, "B ret"),
    Directive("retain_status_information", Type.BOOL, True, "B"),
    Directive("retain_nonstatus_information", Type.BOOL, True, "B"),
    Directive("contacts", Type.NAMES, (), "B join"),
    Directive("contact_groups", Type.NAMES, (), "B join"),
    Directive("notification_interval", Type.INTEGER, 60, "B sp"),
    Directive("first_notification_delay", Type.INTEGER, 0, "B"),
    Directive("notification_period", Type.TEXT, None, "req B sp"),
    Directive("notifications_enabled", Type.BOOL, True, "B ret"),
    Directive("stalking_options", Type.NAMES, (), "B join"),
    Directive("notes", Type.TEXT, "", "B"),
    Directive("notes_url", Type.TEXT, "", "B"),
    Directive("action_url", Type.TEXT, "", "B"),
    Directive("icon_image", Type.TEXT, "", "B"),
    Directive("icon_image_alt", Type.TEXT, "", "B"),
    Directive("icon_set", Type.TEXT, "", "B"),
    Directive("poller_tag", Type.TEXT, "None"),
    Directive("reactionner_tag", Type.TEXT, "None"),
    Directive("escalations", Type.NAMES, (), "B join"),
    Directive("maintenance_period", Type.TEXT, "", "B"),
    Directive("time_to_orphanage", Type.INTEGER, 300, "B"),
    Directive("labels", Type.NAMES, (), "B join"),
    Directive("business_rule_output_template", Type.TEXT, "", "B"),
    Directive("business_rule_smart_notifications", Type.BOOL, False, "B"),
    Directive("business_rule_downtime_as_ack", Type.BOOL, False, "B"),
    Directive("business_rule_host_notification_options", Type.NAMES, (), "B"),
    Directive("business_rule_service_notification_options", Type.NAMES, (), "B"),
    Directive("business_impact", Type.INTEGER, 2, "B"),
    Directive("trending_policies", Type.NAMES, (), "B join"),
    Directive("checkmodulations", Type.NAMES, (), "B join"),
    Directive("macromodulations", Type.NAMES, (), "join"),
    Directive("resultmodulations", Type.NAMES, (), "join"),
    Directive("business_impact_modulations", Type.NAMES, (), "join"),
    Directive("custom_views", Type.NAMES, (), "B join"),
    Directive("snapshot_enabled", Type.BOOL, False),
    Directive("snapshot_command", Type.TEXT, ""),
    Directive("snapshot_period", Type.TEXT, ""),
    Directive("snapshot_interval", Type.INTEGER, 5),
)
"""What hosts and services share."""

OF_NAGIOS: Final[tuple[Directive, ...]] = (
    Directive("obsess", Type.BOOL, True),
    Directive("obsess_over_host", Type.BOOL, True),
    Directive("obsess_over_service", Type.BOOL, True),
)
"""What they share that the reference does not know: files may say it, historical documents do not show it."""

CHECKABLE_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("modified_attributes", Type.INTEGER, 0, "B ret"),
    Directive("last_chk", Type.INTEGER, 0, "B R ret"),
    Directive("next_chk", Type.INTEGER, 0, "B N ret"),
    Directive("in_checking", Type.BOOL, False, "B R N"),
    Directive("in_maintenance", Type.TEXT, "", "B ret"),
    Directive("latency", Type.FLOAT, 0, "B R ret"),
    Directive("attempt", Type.INTEGER, 0, "B R ret"),
    Directive("state_id", Type.INTEGER, 0, "B R ret"),
    Directive("current_event_id", Type.INTEGER, 0, "B R ret"),
    Directive("last_event_id", Type.INTEGER, 0, "B R ret"),
    Directive("last_state", Type.TEXT, "PENDING", "B R ret"),
    Directive("last_state_type", Type.TEXT, "HARD", "B R ret"),
    Directive("last_state_id", Type.INTEGER, 0, "B R ret"),
    Directive("last_state_change", Type.INTEGER, 0, "B R ret"),
    Directive("last_hard_state_change", Type.INTEGER, 0, "B R ret"),
    Directive("last_hard_state", Type.TEXT, "PENDING", "B R ret"),
    Directive("last_hard_state_id", Type.INTEGER, 0, "B R ret"),
    Directive("state_type", Type.TEXT, "HARD", "B R ret"),
    Directive("state_type_id", Type.INTEGER, 0, "B R ret"),
    Directive("duration_sec", Type.INTEGER, 0, "B ret"),
    Directive("output", Type.TEXT, "", "B R ret"),
    Directive("long_output", Type.TEXT, "", "B R ret"),
    Directive("is_flapping", Type.BOOL, False, "B ret"),
    Directive("act_depend_of", Type.NAMES, ()),
    Directive("chk_depend_of", Type.NAMES, ()),
    Directive("act_depend_of_me", Type.NAMES, ()),
    Directive("chk_depend_of_me", Type.NAMES, ()),
    Directive("last_state_update", Type.INTEGER, 0, "B ret"),
    Directive("checks_in_progress", Type.NAMES, ()),
    Directive("notifications_in_progress", Type.MAPPING, None, "ret"),
    Directive("comments", Type.MAPPING, None, "B ret"),
    Directive("flapping_changes", Type.NAMES, (), "B ret"),
    Directive("flapping_comment_id", Type.INTEGER, 0, "B ret"),
    Directive("percent_state_change", Type.FLOAT, 0.0, "B R ret"),
    Directive("problem_has_been_acknowledged", Type.BOOL, False, "B R ret"),
    Directive("acknowledgement", Type.TEXT, None, "ret"),
    Directive("acknowledgement_type", Type.INTEGER, 1, "B R ret"),
    Directive("has_been_checked", Type.INTEGER, 0, "B R ret"),
    Directive("should_be_scheduled", Type.INTEGER, 1, "B ret"),
    Directive("last_problem_id", Type.INTEGER, 0, "B R ret"),
    Directive("current_problem_id", Type.INTEGER, 0, "B R ret"),
    Directive("execution_time", Type.FLOAT, 0.0, "B R ret"),
    Directive("u_time", Type.FLOAT, 0.0),
    Directive("s_time", Type.FLOAT, 0.0),
    Directive("last_notification", Type.INTEGER, 0, "B ret"),
    Directive("current_notification_number", Type.INTEGER, 0, "B ret"),
    Directive("current_notification_id", Type.INTEGER, 0, "B ret"),
    Directive("check_flapping_recovery_notification", Type.BOOL, True, "B ret"),
    Directive("scheduled_downtime_depth", Type.INTEGER, 0, "B ret"),
    Directive("pending_flex_downtime", Type.INTEGER, 0, "B ret"),
    Directive("timeout", Type.INTEGER, 0, "B R ret"),
    Directive("start_time", Type.INTEGER, 0, "B R ret"),
    Directive("end_time", Type.INTEGER, 0, "B R ret"),
    Directive("early_timeout", Type.INTEGER, 0, "B R ret"),
    Directive("return_code", Type.INTEGER, 0, "B R ret"),
    Directive("perf_data", Type.TEXT, "", "B R ret"),
    Directive("last_perf_data", Type.TEXT, "", "ret"),
    Directive("customs", Type.MAPPING, None, "B"),
    Directive("notified_contacts", Type.NAMES, (), "ret"),
    Directive("notified_contacts_ids", Type.NAMES, ()),
    Directive("in_scheduled_downtime", Type.BOOL, False, "B R ret"),
    Directive("in_scheduled_downtime_during_last_check", Type.BOOL, False, "ret"),
    Directive("actions", Type.NAMES, ()),
    Directive("broks", Type.NAMES, ()),
    Directive("is_problem", Type.BOOL, False, "B"),
    Directive("is_impact", Type.BOOL, False, "B"),
    Directive("my_own_business_impact", Type.INTEGER, -1, "B"),
    Directive("source_problems", Type.NAMES, (), "B"),
    Directive("impacts", Type.NAMES, (), "B"),
    Directive("state_before_impact", Type.TEXT, "PENDING"),
    Directive("state_id_before_impact", Type.INTEGER, 0),
    Directive("state_changed_since_impact", Type.BOOL, False),
    Directive("got_business_rule", Type.BOOL, False, "B"),
    Directive("processed_business_rule", Type.TEXT, "", "B"),
    Directive("business_rule", Type.TEXT, None),
    Directive("parent_dependencies", Type.NAMES, (), "B"),
    Directive("child_dependencies", Type.NAMES, (), "B"),
    Directive("in_hard_unknown_reach_phase", Type.BOOL, False, "ret"),
    Directive("was_in_hard_unknown_reach_phase", Type.BOOL, False, "ret"),
    Directive("topology_change", Type.BOOL, False, "B"),
    Directive("last_snapshot", Type.INTEGER, 0, "B ret"),
    Directive("last_check_command", Type.TEXT, ""),
    Directive("freshness_expired", Type.BOOL, False, "B ret"),
    Directive("freshness_log_raised", Type.BOOL, False, "ret"),
)
"""Runtime attributes of the same, in their historical order."""

HOST: Final[tuple[Directive, ...]] = (
    Directive("host_name", Type.TEXT, None, "req B R N"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("address", Type.TEXT, None, "req B"),
    Directive("address6", Type.TEXT, "", "B"),
    Directive("parents", Type.NAMES, (), "B join"),
    Directive("hostgroups", Type.NAMES, (), "B join"),
    Directive("check_command", Type.TEXT, "", "B"),
    Directive(
        "flap_detection_options",
        Type.NAMES,
        (
            "o",
            "d",
            "x",
        ),
        "B join",
    ),
    Directive(
        "notification_options",
        Type.NAMES,
        (
            "d",
            "x",
            "r",
            "f",
        ),
        "B join",
    ),
    Directive("vrml_image", Type.TEXT, "", "B"),
    Directive("statusmap_image", Type.TEXT, "", "B"),
    Directive("freshness_state", Type.CHARACTER, "x", "B"),
    Directive("2d_coords", Type.TEXT, "", "B"),
    Directive("3d_coords", Type.TEXT, "", "B"),
    Directive("service_overrides", Type.NAMES, (), "dup"),
    Directive("service_excludes", Type.NAMES, (), "dup"),
    Directive("service_includes", Type.NAMES, (), "dup"),
    Directive(
        "snapshot_criteria",
        Type.NAMES,
        (
            "d",
            "x",
        ),
        "B join",
    ),
    Directive("realm", Type.TEXT, "", "B"),
)
"""Directives of a host alone."""

HOST_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("state", Type.TEXT, "UP", "B R ret"),
    Directive("last_time_up", Type.INTEGER, 0, "B R ret"),
    Directive("last_time_down", Type.INTEGER, 0, "B R ret"),
    Directive("last_time_unreachable", Type.INTEGER, 0, "B R ret"),
    Directive("services", Type.TEXT, ()),
    Directive("realm_name", Type.TEXT, "", "B"),
    Directive("got_default_realm", Type.BOOL, False),
    Directive("state_before_hard_unknown_reach_phase", Type.TEXT, "UP", "ret"),
)
"""Runtime attributes of the same, in their historical order."""

SERVICE: Final[tuple[Directive, ...]] = (
    Directive("alias", Type.TEXT, "", "B"),
    Directive("host_name", Type.TEXT, None, "req B R N sp"),
    Directive("hostgroup_name", Type.TEXT, "", "B join sp"),
    Directive("service_description", Type.TEXT, None, "req B R N"),
    Directive("servicegroups", Type.NAMES, (), "B join"),
    Directive("is_volatile", Type.BOOL, False, "B"),
    Directive("check_command", Type.TEXT, None, "req B"),
    Directive(
        "flap_detection_options",
        Type.NAMES,
        (
            "o",
            "w",
            "c",
            "u",
            "x",
        ),
        "B",
    ),
    Directive(
        "notification_options",
        Type.NAMES,
        (
            "w",
            "u",
            "c",
            "r",
            "f",
            "s",
            "x",
        ),
        "B",
    ),
    Directive("parallelize_check", Type.BOOL, True, "B"),
    Directive("merge_host_contacts", Type.BOOL, False, "B"),
    Directive("host_dependency_enabled", Type.BOOL, True, "B"),
    Directive("freshness_state", Type.CHARACTER, "x", "B"),
    Directive("service_dependencies", Type.NAMES, (), "join"),
    Directive("duplicate_foreach", Type.TEXT, ""),
    Directive("default_value", Type.TEXT, ""),
    Directive("aggregation", Type.TEXT, "", "B"),
    Directive(
        "snapshot_criteria",
        Type.NAMES,
        (
            "w",
            "c",
            "u",
            "x",
        ),
        "B join",
    ),
)
"""Directives of a service alone."""

SERVICE_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("state", Type.TEXT, "OK", "B R ret"),
    Directive("last_time_ok", Type.INTEGER, 0, "B R ret"),
    Directive("last_time_warning", Type.INTEGER, 0, "B R ret"),
    Directive("last_time_critical", Type.INTEGER, 0, "B R ret"),
    Directive("last_time_unknown", Type.INTEGER, 0, "B R ret"),
    Directive("last_time_unreachable", Type.INTEGER, 0, "B R ret"),
    Directive("host", Type.TEXT, None),
    Directive("state_before_hard_unknown_reach_phase", Type.TEXT, "OK", "ret"),
)
"""Runtime attributes of the same, in their historical order."""

HOSTGROUP: Final[tuple[Directive, ...]] = (
    Directive("members", Type.NAMES, (), "B"),
    Directive("hostgroup_name", Type.TEXT, None, "req B"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("hostgroup_members", Type.NAMES, (), "B join"),
    Directive("notes", Type.TEXT, "", "B"),
    Directive("notes_url", Type.TEXT, "", "B"),
    Directive("action_url", Type.TEXT, "", "B"),
    Directive("realm", Type.TEXT, "", "B"),
)
"""Directives of a host group."""

HOSTGROUP_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("unknown_members", Type.NAMES, ()),
    Directive("realm_name", Type.TEXT, ""),
    Directive("got_default_realm", Type.BOOL, False),
)
"""Runtime attributes of the same, in their historical order."""

SERVICEGROUP: Final[tuple[Directive, ...]] = (
    Directive("members", Type.NAMES, (), "B"),
    Directive("servicegroup_name", Type.TEXT, None, "req B"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("servicegroup_members", Type.NAMES, (), "B join"),
    Directive("notes", Type.TEXT, "", "B"),
    Directive("notes_url", Type.TEXT, "", "B"),
    Directive("action_url", Type.TEXT, "", "B"),
)
"""Directives of a service group."""

SERVICEGROUP_RUNNING: Final[tuple[Directive, ...]] = (Directive("unknown_members", Type.NAMES, ()),)
"""Runtime attributes of the same, in their historical order."""

HOSTEXTINFO: Final[tuple[Directive, ...]] = (
    Directive("host_name", Type.TEXT, None, "req"),
    Directive("notes", Type.TEXT, ""),
    Directive("notes_url", Type.TEXT, ""),
    Directive("icon_image", Type.TEXT, ""),
    Directive("icon_image_alt", Type.TEXT, ""),
    Directive("vrml_image", Type.TEXT, ""),
    Directive("statusmap_image", Type.TEXT, ""),
    Directive("2d_coords", Type.TEXT, ""),
    Directive("3d_coords", Type.TEXT, ""),
)
"""Merged into its host where the host is silent."""

SERVICEEXTINFO: Final[tuple[Directive, ...]] = (
    Directive("host_name", Type.TEXT, None, "req"),
    Directive("service_description", Type.TEXT, None, "req"),
    Directive("notes", Type.TEXT, ""),
    Directive("notes_url", Type.TEXT, ""),
    Directive("icon_image", Type.TEXT, ""),
    Directive("icon_image_alt", Type.TEXT, ""),
)
"""Merged into its service where the service is silent."""
