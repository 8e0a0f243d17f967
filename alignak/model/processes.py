"""What one daemon process is told about itself: its ``[daemon.x]`` section of the environment file.

``config.environment`` makes the record, the daemons' shells read it. The fields are the directives of
``directives.daemons.PROCESS``, those of the daemon's link that the process itself needs, and a few of our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from alignak.model.objects import UNTAGGED
from alignak.model.topology import Role


class ProcessSettings(Struct, frozen=True):
    """The values of one daemon's section, ``[DEFAULT]`` included; every path is absolute.

    Relative paths count from the folder of the environment file.
    """

    name: str
    type: str
    env_filename: str = ""
    daemon: str = "unknown"
    log_loop: bool = False
    pid_filename: str = ""
    """Made ``<workdir>/<name>.pid`` where nothing is said."""
    etcdir: str = "/"
    workdir: str = "/"
    vardir: str = "/"
    logdir: str = "/"
    bindir: str = ""
    create_directories: bool = False
    host: str = "127.0.0.1"
    """The address the daemon listens on."""
    address: str = "127.0.0.1"
    """The address the others reach it at."""
    host_name: str = "localhost"
    user: str = "root"
    group: str = "root"
    use_ssl: bool = False
    hard_ssl_name_check: bool = False
    server_cert: str = "etc/certs/server.cert"
    server_key: str = "etc/certs/server.key"
    ca_cert: str = ""
    server_dh: str = ""
    logger_configuration: str = "DEFAULT"
    log_filename: str = ""
    """Made ``<logdir>/<name>.log`` where nothing is said."""
    log_level: str = ""
    log_rotation_when: str = "midnight"
    log_rotation_interval: int = 1
    log_rotation_count: int = 7
    log_format: str = "[%(asctime)s] %(levelname)s: [%(name)s] %(message)s"
    log_date: str = "%Y-%m-%d %H:%M:%S"
    log_cherrypy: bool = False
    favicon: str = ""
    idontcareaboutsecurity: bool = False
    do_replace: bool = False
    is_daemon: bool = False
    active: bool = True
    spare: bool = False
    max_queue_size: int = 0
    thread_pool_size: int = 32
    debug: bool = False
    verbose: bool = False
    start_time: float = 0.0
    pause_duration: float = 0.5
    maximum_loop_duration: float = 1.0
    modules: tuple[str, ...] = ()
    alignak_monitor: str = ""
    alignak_monitor_period: int = 60
    alignak_monitor_username: str = ""
    alignak_monitor_password: str = ""
    statsd_host: str = "localhost"
    statsd_port: int = 8125
    statsd_prefix: str = "alignak"
    statsd_enabled: bool = False
    graphite_enabled: bool = False
    passive: bool = False
    max_plugins_output_length: int = 8192
    min_workers: int = 0
    max_workers: int = 0
    processes_by_worker: int = 256
    accelerate_plugins: bool = True
    worker_polling_interval: int = 1
    poller_tags: tuple[str, ...] = (UNTAGGED,)
    reactionner_tags: tuple[str, ...] = (UNTAGGED,)
    port: int = 0
    """Made the historical port of the role where nothing is said."""
    realm: str = "All"
    manage_sub_realms: bool = True
    manage_arbiters: bool = False
    alignak_launched: bool = False
    short_timeout: float = 3.0
    long_timeout: float = 120.0
    polling_interval: float = 5.0
    max_check_attempts: int = 3
    weight: int = 1
    use_timezone: str = "NOTSET"
    loopback_operators: bool = True
    """Whether people on this machine need no key."""
    allowed_origins: tuple[str, ...] = ()
    """Web pages people may call this daemon from, as ``https://panel.example``; others are refused."""
    command_file: str = ""
    """The pipe an arbiter or a receiver reads external commands from; none where nothing is said."""
    state_dir: str = ""
    """Where the daemon keeps what must survive it; made ``vardir`` where nothing is said."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Every other key of the section, as text."""

    @property
    def role(self) -> Role:
        """Return what the daemon does."""
        return Role(self.type)


PATHS: Final[tuple[str, ...]] = (
    "etcdir",
    "workdir",
    "vardir",
    "logdir",
    "bindir",
    "state_dir",
    "server_cert",
    "server_key",
    "ca_cert",
    "server_dh",
    "favicon",
)
"""The fields that hold paths counted from the folder of the environment file; empty ones stay empty.

``pid_filename`` and ``command_file`` count from ``workdir`` and ``log_filename`` from ``logdir``.
"""
