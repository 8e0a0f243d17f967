"""Global parameters: ``[alignak-configuration]`` keys and ``key=value`` lines of object files (configuration.md 3.2).

The record holds what the parameters mean; ``SETTINGS`` says of each how to read it and who sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from alignak.model.directives import Directive, Type


class Settings(Struct, frozen=True, omit_defaults=True):
    """The value of every global parameter, its default where none is given."""

    clean_objects: bool = False
    forced_realms_hostgroups: bool = True
    alignak_name: str = ""
    alignak_env: tuple[str, ...] = ()
    instance_id: str = ""
    config_name: str = "Main configuration"
    program_start: int = 0
    last_alive: int = 0
    last_log_rotation: int = 0
    last_command_check: int = 0
    pid: int = 0
    is_running: bool = True
    modified_host_attributes: int = 0
    modified_service_attributes: int = 0
    daemon_mode: bool = True
    config_files: tuple[str, ...] = ()
    main_config_file: str = ""
    config_base_dir: str = ""
    enable_notifications: bool = True
    execute_service_checks: bool = True
    accept_passive_service_checks: bool = True
    execute_host_checks: bool = True
    accept_passive_host_checks: bool = True
    accept_passive_unknown_check_results: bool = True
    enable_event_handlers: bool = True
    check_external_commands: bool = True
    command_file: str = ""
    retain_state_information: bool = True
    state_retention_dir: str = ""
    state_retention_file: str = ""
    retention_update_interval: int = 0
    use_syslog: bool = False
    events_date_format: str = "%Y-%m-%d %H:%M:%S"
    events_log_count: int = 100
    log_filename: str = "alignak-events.log"
    log_level: str = ""
    log_rotation_when: str = "midnight"
    log_rotation_interval: int = 1
    log_rotation_count: int = 365
    log_format: str = "[%(my_date)s] %(levelname)s: %(message)s"
    log_date: str = "%Y-%m-%d %H:%M:%S"
    log_notifications: bool = True
    log_alerts: bool = True
    log_acknowledgements: bool = True
    log_downtimes: bool = True
    log_event_handlers: bool = True
    log_snapshots: bool = True
    log_flappings: bool = True
    log_initial_states: bool = False
    log_external_commands: bool = True
    log_passive_checks: bool = False
    log_active_checks: bool = False
    log_alignak_checks: bool = False
    global_host_event_handler: str = ""
    global_service_event_handler: str = ""
    max_service_check_spread: int = 5
    max_host_check_spread: int = 5
    interval_length: int = 60
    cached_host_check_horizon: int = 0
    cached_service_check_horizon: int = 0
    soft_state_dependencies: bool = False
    """Whether the soft states of masters count for their dependents."""
    enable_environment_macros: bool = False
    enable_flap_detection: bool = True
    low_service_flap_threshold: int = 20
    high_service_flap_threshold: int = 30
    low_host_flap_threshold: int = 20
    high_host_flap_threshold: int = 30
    flap_history: int = 20
    service_check_timeout: int = 60
    host_check_timeout: int = 30
    timeout_exit_status: int = 2
    event_handler_timeout: int = 30
    notification_timeout: int = 30
    perfdata_timeout: int = 5
    process_performance_data: bool = True
    host_perfdata_command: str = ""
    service_perfdata_command: str = ""
    host_perfdata_file: str = ""
    service_perfdata_file: str = ""
    check_for_orphaned_services: bool = True
    check_for_orphaned_hosts: bool = True
    check_service_freshness: bool = True
    service_freshness_check_interval: int = 60
    check_host_freshness: bool = True
    host_freshness_check_interval: int = 60
    additional_freshness_latency: int = 15
    use_timezone: str = ""
    illegal_object_name_chars: str = "`~!$%^&*\"|'<>?,()="
    illegal_macro_output_chars: str = ""
    env_variables_prefix: str = "ALIGNAK_"
    modified_attributes: int = 0
    daemon_thread_pool_size: int = 8
    max_plugins_output_length: int = 8192
    no_event_handlers_during_downtimes: bool = True
    cleaning_queues_interval: int = 900
    enable_problem_impacts_states_change: bool = True
    resource_macros_names: tuple[str, ...] = ()
    runners_timeout: int = 3600
    launch_missing_daemons: bool = False
    daemons_arguments: str = ""
    daemons_log_folder: str = "/usr/local/var/log/alignak"
    daemons_initial_port: int = 10000
    daemons_failure_kill: bool = True
    daemons_check_period: int = 5
    daemons_start_timeout: int = 1
    daemons_new_conf_timeout: int = 1
    daemons_dispatch_timeout: int = 5
    daemons_stop_timeout: int = 5
    obsess_over_hosts: bool = False
    obsess_over_services: bool = False
    ochp_command: str = ""
    ocsp_command: str = ""
    ochp_timeout: int = 15
    ocsp_timeout: int = 15
    use_regexp_matching: bool = False
    """Whether names that hold ``*``, ``?``, ``+`` or ``\\.`` are regular expressions."""
    use_true_regexp_matching: bool = False
    """Whether all names are."""
    use_aggressive_host_checking: bool = True
    """Whether exit code 1 of a host's check means DOWN; Nagios takes it for UP where nothing is said."""


IN_BROKS: Final[frozenset[str]] = frozenset(
    {
        "alignak_name",
        "alignak_env",
        "instance_id",
        "config_name",
        "program_start",
        "modified_host_attributes",
        "modified_service_attributes",
        "config_files",
        "main_config_file",
        "config_base_dir",
        "enable_notifications",
        "execute_service_checks",
        "accept_passive_service_checks",
        "execute_host_checks",
        "accept_passive_host_checks",
        "accept_passive_unknown_check_results",
        "enable_event_handlers",
        "check_external_commands",
        "retain_state_information",
        "state_retention_dir",
        "state_retention_file",
        "retention_update_interval",
        "events_date_format",
        "events_log_count",
        "log_notifications",
        "log_alerts",
        "log_acknowledgements",
        "log_downtimes",
        "log_event_handlers",
        "log_snapshots",
        "log_flappings",
        "log_initial_states",
        "log_external_commands",
        "log_passive_checks",
        "log_active_checks",
        "log_alignak_checks",
        "global_host_event_handler",
        "global_service_event_handler",
        "max_host_check_spread",
        "interval_length",
        "enable_environment_macros",
        "enable_flap_detection",
        "low_service_flap_threshold",
        "high_service_flap_threshold",
        "low_host_flap_threshold",
        "high_host_flap_threshold",
        "flap_history",
        "process_performance_data",
        "host_perfdata_command",
        "service_perfdata_command",
        "host_perfdata_file",
        "service_perfdata_file",
        "check_service_freshness",
        "service_freshness_check_interval",
        "check_host_freshness",
        "host_freshness_check_interval",
        "additional_freshness_latency",
        "use_timezone",
        "illegal_object_name_chars",
        "illegal_macro_output_chars",
        "env_variables_prefix",
        "daemon_thread_pool_size",
        "max_plugins_output_length",
        "no_event_handlers_during_downtimes",
        "cleaning_queues_interval",
        "enable_problem_impacts_states_change",
        "resource_macros_names",
        "launch_missing_daemons",
        "daemons_arguments",
        "daemons_log_folder",
        "daemons_initial_port",
        "daemons_failure_kill",
        "daemons_check_period",
        "daemons_start_timeout",
        "daemons_new_conf_timeout",
        "daemons_dispatch_timeout",
        "daemons_stop_timeout",
    }
)
"""The parameters that ``program_status`` broks and the daemons' ``global_conf`` carry."""

_TYPES: Final[dict[object, Type]] = {
    bool: Type.BOOL,
    int: Type.INTEGER,
    str: Type.TEXT,
    tuple[str, ...]: Type.NAMES,
}

SETTINGS: Final[tuple[Directive, ...]] = tuple(
    Directive(each.name, _TYPES[each.type], each.default, "B" if each.name in IN_BROKS else "")
    for each in msgspec.structs.fields(Settings)
)
"""How to read each parameter from text."""

_METRICS: Final = "Smartly replaced with the Alignak inner metrics feature or backend."

UNMANAGED: Final[Mapping[str, str]] = {
    "auto_reschedule_checks": "",
    "auto_rescheduling_interval": "",
    "auto_rescheduling_window": "",
    "enable_predictive_host_dependency_checks": "",
    "enable_predictive_service_dependency_checks": "",
    "host_perfdata_file_template": _METRICS,
    "service_perfdata_file_template": _METRICS,
    "host_perfdata_file_mode": _METRICS,
    "service_perfdata_file_mode": _METRICS,
    "host_perfdata_file_processing_interval": _METRICS,
    "service_perfdata_file_processing_interval": _METRICS,
    "host_perfdata_file_processing_command": _METRICS,
    "service_perfdata_file_processing_command": _METRICS,
    "enable_embedded_perl": "It will surely never be managed, but it should not be useful with poller performances.",
    "use_embedded_perl_implicitly": "",
    "date_format": "",
}
"""Accepted, and a warning says that nothing comes of them -> why."""

_OF_NAGIOS_DAEMON: Final = (
    "allow_empty_hostgroup_assignment",
    "bare_update_check",
    "check_workers",
    "daemon_dumps_core",
    "debug_file",
    "debug_level",
    "debug_verbosity",
    "lock_file",
    "log_current_states",
    "log_host_retries",
    "log_service_retries",
    "max_debug_file_size",
    "nagios_group",
    "nagios_user",
    "query_socket",
)
"""Parameters of the process of Nagios 4, every one of them in the file Debian ships or in Nagios' own sample: the old
Alignak never met them."""

IGNORED: Final[frozenset[str]] = frozenset(
    {
        "packs_dir",
        "object_cache_file",
        "precached_object_file",
        "resource_file",
        "temp_file",
        "temp_path",
        "status_file",
        "status_update_interval",
        "log_file",
        "log_rotation_method",
        "log_archive_path",
        "command_check_interval",
        "external_command_buffer_slots",
        "check_for_updates",
        "bare_update_checks",
        "use_retained_program_state",
        "use_retained_scheduling_info",
        "retained_host_attribute_mask",
        "retained_service_attribute_mask",
        "retained_process_host_attribute_mask",
        "retained_process_service_attribute_mask",
        "retained_contact_host_attribute_mask",
        "retained_contact_service_attribute_mask",
        "sleep_time",
        "service_inter_check_delay_method",
        "service_interleave_factor",
        "max_concurrent_checks",
        "check_result_reaper_frequency",
        "max_check_result_reaper_time",
        "check_result_path",
        "max_check_result_file_age",
        "host_inter_check_delay_method",
        "translate_passive_host_checks",
        "passive_host_checks_are_soft",
        "use_large_installation_tweaks",
        "free_child_process_memory",
        "child_processes_fork_twice",
        "admin_email",
        "admin_pager",
        "event_broker_options",
        "broker_module",
        *_OF_NAGIOS_DAEMON,
    }
)
"""Accepted, and silently without effect."""
