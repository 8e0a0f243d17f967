"""Global parameters of a source: carried over, written in another way, or left out with a remark.

``alignak.model.settings`` says which names mean something here; the tables of this file say what becomes of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from alignak.config.diagnostics import NOWHERE, Diagnostics, Place, shown
from alignak.config.foreign.findings import Findings, Weight
from alignak.config.foreign.modules import COMMANDS, LOGS, PERFDATA, QUERIES, STATES, broker_module
from alignak.config.foreign.reading import Kind, Statement
from alignak.config.values import FALSE, TRUE, Unreadable, convert
from alignak.model.settings import IGNORED, SETTINGS, UNMANAGED


class Setting(Struct, frozen=True):
    """A line of the written environment file."""

    key: str
    value: str
    comments: tuple[str, ...] = ()
    place: Place = NOWHERE


_KNOWN: Final = {each.name: each for each in SETTINGS}

_LIKE_NAGIOS: Final[Mapping[str, str]] = {
    "no_event_handlers_during_downtimes": "0",
    "enable_problem_impacts_states_change": "0",
    "env_variables_prefix": "NAGIOS_",
    "max_host_check_spread": "30",
    "max_service_check_spread": "30",
    "log_passive_checks": "1",
    "use_aggressive_host_checking": "0",
}

_OF_NAGIOS: Final[Mapping[str, str]] = {
    **_LIKE_NAGIOS,
    "enable_flap_detection": "0",
    "process_performance_data": "0",
    "check_host_freshness": "0",
    "cached_host_check_horizon": "15",
    "cached_service_check_horizon": "15",
}

DEFAULTS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.NAGIOS: _OF_NAGIOS,
    Kind.NAEMON: _OF_NAGIOS,
    Kind.SHINKEN: {**_LIKE_NAGIOS, "enable_environment_macros": "1", "log_initial_states": "1"},
}
"""What each program does where its files say nothing, and this one does otherwise."""

PROCESS: Final = frozenset({"statsd_host", "statsd_port", "statsd_prefix", "statsd_enabled"})
"""Parameters of Shinken's main file that daemons have here."""

_PERFDATA_FILES: Final = frozenset({"host_perfdata_file", "service_perfdata_file"})
_WRITTEN_BY_PEOPLE: Final = ("admin_email", "admin_pager")
_TWEAKS: Final = "use_large_installation_tweaks"
_TIMEOUT_STATES: Final = {"o": "0", "w": "1", "c": "2", "u": "3"}

_PLACES: Final = "every daemon has its own file below workdir or logdir, see [DEFAULT]"
_USER: Final = "daemons run as 'user' and 'group' of [DEFAULT]: give what plugins and sudo allow this user to that one"
_SPREAD: Final = "first checks are spread by a hash of the object's name over max_host_check_spread and its like"
_NO_CGI: Final = f"no such file is written, programs that read it find nothing; {QUERIES}"
_LATER: Final = "nothing comes of it here"
_RETAINED: Final = "everything that operators changed is kept over a restart"
_TLS: Final = (
    "TLS is set up anew: all daemons listen on this machine alone until host, use_ssl, certificates and keys are given"
)
_NOT_HERE: Final = "there is no such thing here"

LEFT_OUT: Final[Mapping[str, tuple[Weight, str]]] = {
    "command_file": (
        Weight.CHANGED,
        f"a pipe is read where command_file stands in the section of the arbiter or a receiver; {COMMANDS}",
    ),
    "use_syslog": (Weight.LOST, f"nothing is sent to syslog; {LOGS}"),
    "log_file": (Weight.CHANGED, LOGS),
    "log_archive_path": (Weight.CHANGED, "the files of former days stand beside alignak-events.log"),
    "log_rotation_method": (Weight.CHANGED, "write log_rotation_when, log_rotation_interval and log_rotation_count"),
    "log_service_retries": (Weight.CHANGED, "log_alerts decides on all alerts, soft states included"),
    "log_host_retries": (Weight.CHANGED, "log_alerts decides on all alerts, soft states included"),
    "log_current_states": (Weight.LOST, "the log does not repeat all states when it is rotated"),
    "state_retention_file": (Weight.CHANGED, f"{STATES}; the states in this file are not taken over"),
    "status_file": (Weight.LOST, _NO_CGI),
    "object_cache_file": (Weight.LOST, _NO_CGI),
    "precached_object_file": (Weight.UNNEEDED, "object files are compiled anew each time"),
    "lock_file": (Weight.CHANGED, _PLACES),
    "local_log": (Weight.CHANGED, _PLACES),
    "workdir": (Weight.CHANGED, _PLACES),
    "nagios_user": (Weight.CHANGED, _USER),
    "nagios_group": (Weight.CHANGED, _USER),
    "naemon_user": (Weight.CHANGED, _USER),
    "naemon_group": (Weight.CHANGED, _USER),
    "shinken_user": (Weight.CHANGED, _USER),
    "shinken_group": (Weight.CHANGED, _USER),
    "enable_embedded_perl": (Weight.LOST, "there is no Perl inside: plugins written in it run as programs"),
    "use_embedded_perl_implicitly": (Weight.LOST, "there is no Perl inside: plugins written in it run as programs"),
    "p1_file": (Weight.UNNEEDED, "there is no Perl inside"),
    "event_broker_options": (Weight.UNNEEDED, "there is no event broker for modules in C to listen to"),
    "neb_module": (Weight.LOST, "there is no event broker for modules in C to listen to"),
    "date_format": (Weight.LOST, "dates in macros have one form: $SHORTDATETIME$ is 22-11-2026 10:30:00"),
    "auto_rescheduling_interval": (Weight.UNNEEDED, "it is about auto_reschedule_checks"),
    "auto_rescheduling_window": (Weight.UNNEEDED, "it is about auto_reschedule_checks"),
    "allow_circular_dependencies": (Weight.LOST, "dependencies in a circle are an error"),
    "host_perfdata_process_empty_results": (Weight.UNNEEDED, PERFDATA),
    "service_perfdata_process_empty_results": (Weight.UNNEEDED, PERFDATA),
    "enable_failure_prediction": (Weight.UNNEEDED, "failure prediction does nothing in Nagios either"),
    "time_change_threshold": (Weight.UNNEEDED, "intervals are kept when the clock of the machine is set"),
    "host_down_disable_service_checks": (Weight.LOST, "services of a host that is down are checked"),
    "service_skip_check_host_down_status": (Weight.LOST, _LATER),
    "service_skip_check_dependency_status": (Weight.LOST, _LATER),
    "host_skip_check_dependency_status": (Weight.LOST, _LATER),
    "allow_empty_hostgroup_assignment": (Weight.LOST, "a service that no host has is an error"),
    "service_inter_check_delay_method": (Weight.CHANGED, _SPREAD),
    "host_inter_check_delay_method": (Weight.CHANGED, _SPREAD),
    "service_interleave_factor": (Weight.CHANGED, _SPREAD),
    "max_concurrent_checks": (Weight.LOST, "each poller limits its own: max_workers and processes_by_worker"),
    "check_workers": (Weight.UNNEEDED, "pollers run checks: max_workers of [daemon.poller-master]"),
    "debug_level": (Weight.LOST, "`alignak loglevel DEBUG` shows more for a while"),
    "debug_verbosity": (Weight.UNNEEDED, "`alignak loglevel DEBUG` shows more for a while"),
    "debug_file": (Weight.UNNEEDED, "daemons write one log each"),
    "max_debug_file_size": (Weight.UNNEEDED, "log files are rotated"),
    "query_socket": (Weight.LOST, f"there is no query socket; {QUERIES}"),
    "passive_host_checks_are_soft": (Weight.LOST, _LATER),
    "translate_passive_host_checks": (Weight.LOST, _LATER),
    "use_retained_program_state": (Weight.UNNEEDED, _RETAINED),
    "use_retained_scheduling_info": (Weight.UNNEEDED, "the rhythm of checks is kept over a restart"),
    "check_for_updates": (Weight.UNNEEDED, "nobody is asked for updates"),
    "triggers_dir": (Weight.LOST, "triggers are not supported: no Python of object files is run"),
    "use_ssl": (Weight.LOST, _TLS),
    "ca_cert": (Weight.UNNEEDED, _TLS),
    "server_cert": (Weight.UNNEEDED, _TLS),
    "server_key": (Weight.UNNEEDED, _TLS),
    "hard_ssl_name_check": (Weight.UNNEEDED, _TLS),
    "api_key": (Weight.LOST, "there is no such service to send data to"),
    "secret": (Weight.LOST, "there is no such service to send data to"),
    "http_proxy": (Weight.UNNEEDED, "daemons speak to each other without a proxy"),
    "modules_dir": (Weight.UNNEEDED, "modules of Shinken cannot be loaded"),
    "idontcareaboutsecurity": (Weight.UNNEEDED, _USER),
    "runners_timeout": (Weight.UNNEEDED, "there is no discovery"),
    "strip_idname_fqdn": (Weight.UNNEEDED, "there is no discovery"),
    "webui_port": (Weight.LOST, "there are no web pages"),
    "webui_host": (Weight.LOST, "there are no web pages"),
    **dict.fromkeys(
        (
            "bare_update_check",
            "child_processes_fork_twice",
            "command_check_interval",
            "daemon_dumps_core",
            "daemon_enabled",
            "disable_old_nagios_parameters_whining",
            "disable_service_checks_when_host_down",
            "external_command_buffer_slots",
            "free_child_process_memory",
            "http_backend",
            "human_timestamp_log",
            "loadctl_options",
            "log_level",
            "max_log_file_size",
            "nagios_nice",
            "pack_distribution_file",
            "prefix",
            "statsd_interval",
            "statsd_pattern",
            "statsd_types",
            "use_local_log",
            "use_multiprocesses_serializer",
            "webui_lock_file",
            "website_url",
        ),
        (Weight.UNNEEDED, _NOT_HERE),
    ),
}
"""What is left out, and why; one that the source switches off is not missed."""


def translate(parameters: Iterable[Statement], kind: Kind, findings: Findings) -> dict[str, Setting]:
    """Return the parameters of the environment file, with those that the source's own program takes for granted."""
    found: dict[str, Setting] = {}
    for each in sorted(parameters, key=lambda each: each.key != _TWEAKS):  # what is said of macros itself wins
        for setting in _CONVERSIONS.get(each.key, _judged)(each, findings):
            found[setting.key] = setting
    remark = (f"# Nothing is said in the source: this is what {kind.value} does then.",)
    missing = {key: Setting(key, value, remark) for key, value in DEFAULTS[kind].items() if key not in found}
    return {**found, **missing}


def _judged(given: Statement, findings: Findings) -> list[Setting]:
    """Return a parameter as it stands when it means something here; else remark on it."""
    key, value = given.key, given.value
    if key in LEFT_OUT:
        _leave_out(given, *LEFT_OUT[key], findings)
    elif key in _KNOWN:
        return _carried(given, findings)
    elif key in PROCESS:
        return [Setting(key, value, given.comments, given.place)]
    elif key in UNMANAGED:
        _leave_out(given, Weight.LOST, _LATER, findings)
    elif key in IGNORED:
        _leave_out(given, Weight.UNNEEDED, _NOT_HERE, findings)
    else:
        hint = Diagnostics().nearest(key, sorted({*_KNOWN, *LEFT_OUT}))
        findings.add(Weight.LOST, key, f"no parameter of that name is known{hint}", given.place)
    return []


def _leave_out(given: Statement, weight: Weight, message: str, findings: Findings) -> None:
    if weight is Weight.LOST and (not given.value or given.value.lower() in FALSE):
        weight, message = Weight.UNNEEDED, "it is switched off"
    findings.add(weight, given.key, message, given.place)


def _carried(given: Statement, findings: Findings) -> list[Setting]:
    try:
        convert(_KNOWN[given.key].type, given.value)
    except Unreadable as error:
        findings.add(Weight.ERROR, given.key, f"{error}: it is left out", given.place)
        return []
    if given.key in _PERFDATA_FILES and given.value:
        findings.add(Weight.LOST, given.key, f"the name is kept for macros; {PERFDATA}", given.place)
    return [Setting(given.key, given.value, given.comments, given.place)]


def _timeout_state(given: Statement, findings: Findings) -> list[Setting]:
    """Return the exit code that stands for Nagios' letter of a state."""
    code = _TIMEOUT_STATES.get(given.value[:1].lower())
    if code is None:
        findings.add(Weight.ERROR, given.key, f"'{shown(given.value)}' is none of o, w, c, u", given.place)
        return []
    findings.add(Weight.CHANGED, given.key, f"written as timeout_exit_status={code}, for hosts too", given.place)
    return [Setting("timeout_exit_status", code, given.comments, given.place)]


def _zone(given: Statement, findings: Findings) -> list[Setting]:
    """Return a time zone without the colon that may begin it in the C library's notation."""
    return _carried(Statement(given.key, given.value.removeprefix(":"), given.place, given.comments), findings)


def _macro(given: Statement, findings: Findings) -> list[Setting]:
    """Return the macro that the parameter of an administrator's address is read by."""
    name = f"${given.key.replace('_', '').upper()}$"
    findings.add(Weight.CHANGED, given.key, f"written as the macro {name}", given.place)
    return [Setting(name, given.value, given.comments, given.place)]


def _tweaks(given: Statement, findings: Findings) -> list[Setting]:
    """Return the one of Nagios' tweaks for large sites that is more than speed: no macros in the environment."""
    if given.value.lower() not in TRUE:
        findings.add(Weight.UNNEEDED, given.key, "it is switched off", given.place)
        return []
    findings.add(Weight.CHANGED, given.key, "written as enable_environment_macros=0", given.place)
    return [Setting("enable_environment_macros", "0", given.comments, given.place)]


def _module(given: Statement, findings: Findings) -> list[Setting]:
    name, weight, message = broker_module(given.value)
    findings.add(weight, f"module {name}", message, given.place)
    return []


_CONVERSIONS: Final[Mapping[str, Callable[[Statement, Findings], list[Setting]]]] = {
    "broker_module": _module,
    "service_check_timeout_state": _timeout_state,
    _TWEAKS: _tweaks,
    "use_timezone": _zone,
    **dict.fromkeys(_WRITTEN_BY_PEOPLE, _macro),
}
