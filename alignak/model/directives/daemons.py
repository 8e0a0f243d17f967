"""Directives of daemons, realms and modules (configuration.md 3.3 and 3.5)."""

from __future__ import annotations

from typing import Final

from alignak.model.directives import Directive, Type

PROCESS: Final[tuple[Directive, ...]] = (
    Directive("type", Type.TEXT, "unknown"),
    Directive("daemon", Type.TEXT, "unknown"),
    Directive("name", Type.TEXT, None),
    Directive("env_filename", Type.TEXT, ""),
    Directive("log_loop", Type.BOOL, False),
    Directive("pid_filename", Type.TEXT, ""),
    Directive("etcdir", Type.TEXT, "/"),
    Directive("workdir", Type.TEXT, "/"),
    Directive("vardir", Type.TEXT, "/"),
    Directive("logdir", Type.TEXT, "/"),
    Directive("bindir", Type.TEXT, ""),
    Directive("create_directories", Type.BOOL, False),
    Directive("host", Type.TEXT, "127.0.0.1"),
    Directive("address", Type.TEXT, "127.0.0.1"),
    Directive("host_name", Type.TEXT, "localhost"),
    Directive("user", Type.TEXT, "root"),
    Directive("group", Type.TEXT, "root"),
    Directive("use_ssl", Type.BOOL, False),
    Directive("hard_ssl_name_check", Type.BOOL, False),
    Directive("server_cert", Type.TEXT, "etc/certs/server.cert"),
    Directive("server_key", Type.TEXT, "etc/certs/server.key"),
    Directive("ca_cert", Type.TEXT, ""),
    Directive("server_dh", Type.TEXT, ""),
    Directive("logger_configuration", Type.TEXT, "DEFAULT"),
    Directive("log_filename", Type.TEXT, ""),
    Directive("log_level", Type.TEXT, ""),
    Directive("log_rotation_when", Type.TEXT, "midnight"),
    Directive("log_rotation_interval", Type.INTEGER, 1),
    Directive("log_rotation_count", Type.INTEGER, 7),
    Directive("log_format", Type.TEXT, "[%(asctime)s] %(levelname)s: [%(name)s] %(message)s"),
    Directive("log_date", Type.TEXT, "%Y-%m-%d %H:%M:%S"),
    Directive("log_cherrypy", Type.BOOL, False),
    Directive("favicon", Type.TEXT, ""),
    Directive("idontcareaboutsecurity", Type.BOOL, False),
    Directive("do_replace", Type.BOOL, False),
    Directive("is_daemon", Type.BOOL, False),
    Directive("active", Type.BOOL, True),
    Directive("spare", Type.BOOL, False),
    Directive("max_queue_size", Type.INTEGER, 0),
    Directive("thread_pool_size", Type.INTEGER, 32),
    Directive("debug", Type.BOOL, False),
    Directive("verbose", Type.BOOL, False),
    Directive("start_time", Type.FLOAT, 0.0),
    Directive("pause_duration", Type.FLOAT, 0.5),
    Directive("maximum_loop_duration", Type.FLOAT, 1.0),
    Directive("modules", Type.NAMES, ()),
    Directive("alignak_monitor", Type.TEXT, ""),
    Directive("alignak_monitor_period", Type.INTEGER, 60),
    Directive("alignak_monitor_username", Type.TEXT, ""),
    Directive("alignak_monitor_password", Type.TEXT, ""),
    Directive("statsd_host", Type.TEXT, "localhost"),
    Directive("statsd_port", Type.INTEGER, 8125),
    Directive("statsd_prefix", Type.TEXT, "alignak"),
    Directive("statsd_enabled", Type.BOOL, False),
    Directive("graphite_enabled", Type.BOOL, False),
    Directive("passive", Type.BOOL, False),
    Directive("max_plugins_output_length", Type.INTEGER, 8192),
    Directive("min_workers", Type.INTEGER, 0),
    Directive("max_workers", Type.INTEGER, 0),
    Directive("processes_by_worker", Type.INTEGER, 256),
    Directive("accelerate_plugins", Type.BOOL, True),
    Directive("worker_polling_interval", Type.INTEGER, 1),
    Directive("poller_tags", Type.NAMES, ("None",)),
    Directive("reactionner_tags", Type.NAMES, ("None",)),
)
"""What a daemon reads of its own ``[daemon.x]`` section."""

REALM: Final[tuple[Directive, ...]] = (
    Directive("members", Type.NAMES, (), "B"),
    Directive("realm_name", Type.TEXT, "", "B"),
    Directive("alias", Type.TEXT, "", "B"),
    Directive("realm_members", Type.NAMES, ()),
    Directive("group_members", Type.NAMES, ()),
    Directive("higher_realms", Type.NAMES, ()),
    Directive("default", Type.BOOL, False),
)
"""Directives of a realm."""

REALM_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("unknown_members", Type.NAMES, ()),
    Directive("passively_checked_hosts", Type.BOOL, None),
    Directive("actively_checked_hosts", Type.BOOL, None),
    Directive("arbiters", Type.NAMES, ()),
    Directive("schedulers", Type.NAMES, ()),
    Directive("brokers", Type.NAMES, ()),
    Directive("pollers", Type.NAMES, ()),
    Directive("reactionners", Type.NAMES, ()),
    Directive("receivers", Type.NAMES, ()),
    Directive("potential_schedulers", Type.NAMES, ()),
    Directive("potential_brokers", Type.NAMES, ()),
    Directive("potential_pollers", Type.NAMES, ()),
    Directive("potential_reactionners", Type.NAMES, ()),
    Directive("potential_receivers", Type.NAMES, ()),
    Directive("hosts_count", Type.INTEGER, 0),
    Directive("packs", Type.MAPPING, None),
    Directive("parts", Type.MAPPING, None),
    Directive("level", Type.INTEGER, -1),
    Directive("all_sub_members", Type.NAMES, ()),
    Directive("all_sub_members_names", Type.NAMES, ()),
)
"""Runtime attributes of the same, in their historical order."""

MODULE: Final[tuple[Directive, ...]] = (
    Directive("type", Type.TEXT, "unset"),
    Directive("daemon", Type.TEXT, "unset"),
    Directive("python_name", Type.TEXT, None, "req"),
    Directive("enabled", Type.BOOL, True),
    Directive("module_alias", Type.TEXT, None, "req"),
    Directive("module_types", Type.NAMES, ("",)),
    Directive("modules", Type.NAMES, ("",)),
    Directive("log_level", Type.TEXT, "INFO"),
    Directive("statsd_host", Type.TEXT, "localhost"),
    Directive("statsd_port", Type.INTEGER, 8125),
    Directive("statsd_prefix", Type.TEXT, "alignak"),
    Directive("statsd_enabled", Type.BOOL, False),
)
"""Directives of a module."""

LINK: Final[tuple[Directive, ...]] = (
    Directive("instance_id", Type.TEXT, None, "req send"),
    Directive("alignak_launched", Type.BOOL, False, "B send"),
    Directive("missing_daemon", Type.BOOL, False, "B"),
    Directive("managed_conf_id", Type.TEXT, ""),
    Directive("push_flavor", Type.TEXT, ""),
    Directive("hash", Type.TEXT, ""),
    Directive("type", Type.TEXT, "", "B send"),
    Directive("host", Type.TEXT, "0.0.0.0", "send"),  # noqa: S104  the historical default; binding it needs TLS and a key
    Directive("address", Type.TEXT, "127.0.0.1", "B send"),
    Directive("active", Type.BOOL, True, "B send"),
    Directive("short_timeout", Type.INTEGER, 3, "B send"),
    Directive("long_timeout", Type.INTEGER, 120, "B send"),
    Directive("ping_period", Type.INTEGER, 5),
    Directive("max_check_attempts", Type.INTEGER, 3, "B"),
    Directive("spare", Type.BOOL, False, "B send"),
    Directive("spare_check_interval", Type.INTEGER, 5, "B"),
    Directive("spare_max_check_attempts", Type.INTEGER, 3, "B"),
    Directive("manage_sub_realms", Type.BOOL, True, "B send"),
    Directive("manage_arbiters", Type.BOOL, False, "B send"),
    Directive("modules", Type.NAMES, ("",)),
    Directive("polling_interval", Type.INTEGER, 5, "B send"),
    Directive("use_timezone", Type.TEXT, "NOTSET", "send"),
    Directive("realm", Type.TEXT, "", "B"),
    Directive("realm_name", Type.TEXT, ""),
    Directive("satellite_map", Type.MAPPING, "{}", "send"),
    Directive("use_ssl", Type.BOOL, False, "B send"),
    Directive("hard_ssl_name_check", Type.BOOL, True, "B send"),
    Directive("passive", Type.BOOL, False, "B send"),
)
"""What every daemon link has."""

LINK_RUNNING: Final[tuple[Directive, ...]] = (
    Directive("con", Type.TEXT, None),
    Directive("uri", Type.TEXT, None),
    Directive("reachable", Type.BOOL, False, "B"),
    Directive("alive", Type.BOOL, False, "B"),
    Directive("valid", Type.BOOL, False, "B"),
    Directive("need_conf", Type.BOOL, True, "B"),
    Directive("have_conf", Type.BOOL, False, "B"),
    Directive("stopping", Type.BOOL, False, "B"),
    Directive("running_id", Type.FLOAT, 0, "B"),
    Directive("attempt", Type.INTEGER, 0, "B"),
    Directive("last_connection", Type.INTEGER, 0, "B"),
    Directive("connection_attempt", Type.INTEGER, 0, "B"),
    Directive("last_check", Type.INTEGER, 0, "B"),
    Directive("cfg_managed", Type.MAPPING, None),
    Directive("cfg_to_manage", Type.MAPPING, None),
    Directive("configuration_sent", Type.BOOL, False),
    Directive("statistics", Type.MAPPING, None),
)
"""Runtime attributes of the same, in their historical order."""

ARBITERLINK: Final[tuple[Directive, ...]] = (
    Directive("arbiter_name", Type.TEXT, "", "B"),
    Directive("host_name", Type.TEXT, "vm", "send"),
    Directive("port", Type.INTEGER, 7770, "send"),
    Directive("last_master_speak", Type.FLOAT, 0.0),
)
"""Directives of an arbiter link."""

SCHEDULERLINK: Final[tuple[Directive, ...]] = (
    Directive("scheduler_name", Type.TEXT, "", "B"),
    Directive("port", Type.INTEGER, 7768, "B send"),
    Directive("weight", Type.INTEGER, 1, "B"),
    Directive("skip_initial_broks", Type.BOOL, False, "B send"),
    Directive("accept_passive_unknown_check_results", Type.BOOL, False, "B send"),
)
"""Directives of a scheduler link."""

SCHEDULERLINK_RUNNING: Final[tuple[Directive, ...]] = (Directive("external_commands", Type.TEXT, ()),)
"""Runtime attributes of the same, in their historical order."""

POLLERLINK: Final[tuple[Directive, ...]] = (
    Directive("poller_name", Type.TEXT, "", "B"),
    Directive("port", Type.INTEGER, 7771, "B send"),
    Directive("poller_tags", Type.NAMES, ("None",), "send"),
)
"""Directives of a poller link."""

REACTIONNERLINK: Final[tuple[Directive, ...]] = (
    Directive("reactionner_name", Type.TEXT, "", "B"),
    Directive("port", Type.INTEGER, 7769, "B send"),
    Directive("reactionner_tags", Type.NAMES, ("None",), "send"),
)
"""Directives of a reactionner link."""

BROKERLINK: Final[tuple[Directive, ...]] = (
    Directive("broker_name", Type.TEXT, "", "B"),
    Directive("port", Type.INTEGER, 7772, "B send"),
    Directive("initialized", Type.BOOL, False, "B send"),
)
"""Directives of a broker link."""

RECEIVERLINK: Final[tuple[Directive, ...]] = (
    Directive("receiver_name", Type.TEXT, "", "B send"),
    Directive("port", Type.INTEGER, 7772, "B send"),
)
"""Directives of a receiver link."""
