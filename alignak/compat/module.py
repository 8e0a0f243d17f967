"""The historical shapes of a module: the class it derives from, and the section it is given (modules.md 7.1).

Packages import them as ``alignak.basemodule.BaseModule`` and ``alignak.objects.module.Module``.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any, Final

from alignak.config.values import FALSE, names
from alignak.system.process import set_title

# statsd_enabled is text: modules compare it with '0'.
_DEFAULTS: Final[Mapping[str, Any]] = {
    "type": "unset",
    "daemon": "unset",
    "python_name": "",
    "module_alias": "",
    "log_level": "INFO",
    "statsd_host": "localhost",
    "statsd_prefix": "alignak",
    "statsd_enabled": "0",
    "kill_delay": 60,
}
_STATSD_PORT: Final = 8125
_STOPPING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP)


class Module:
    """A module's section: every option is an attribute; what no table knows keeps its text."""

    properties: Mapping[str, Any]
    my_daemon: Any
    """The daemon that loads the module."""

    def __init__(self, params: Mapping[str, Any] | None = None, parsing: bool = True) -> None:  # noqa: ARG002  historical
        given = dict(params or {})
        self.properties = {}
        self.my_daemon = None
        self.__dict__.update(_DEFAULTS)
        self.__dict__.update(given)
        nested = given.get("modules")
        self.modules: list[Module] = list(nested) if isinstance(nested, list) else []
        self.enabled = str(given.get("enabled", "1")).strip().lower() not in FALSE
        self.name: str = given.get("name") or given.get("module_alias") or "unset"
        self.module_alias: str = given.get("module_alias") or self.name
        types = given.get("module_types") or given.get("types") or given.get("type") or ""
        self.module_types = list(names(types)) if isinstance(types, str) else list(types)
        self.statsd_port = int(given.get("statsd_port") or _STATSD_PORT)

    def __getattr__(self, name: str) -> Any:
        """Say that there is no such option, so that ``getattr`` with a default works."""
        raise AttributeError(f"the module {self.__dict__.get('name', '')} has no option '{name}'")

    def get_name(self) -> str:
        """Return the name of the section."""
        return self.name

    def is_a_module(self, module_type: str) -> bool:
        """Tell whether the module is of a type."""
        return module_type in self.module_types


class BaseModule:
    """What a module derives from."""

    def __init__(self, mod_conf: Any) -> None:
        """``mod_conf`` is the section; its ``properties`` are those of the module's package."""
        self.myconf = mod_conf
        self.name: str = mod_conf.get_name()
        self.alias = self.name
        self.my_daemon = getattr(mod_conf, "my_daemon", None)
        self.props: dict[str, Any] = dict(mod_conf.properties)
        self.properties = self.props
        self.is_external: bool = self.props.get("external", False)
        self.phases: list[str] = self.props.get("phases", [])
        self.interrupted = False
        self.to_q: Any = None
        self.from_q: Any = None
        self.process: Any = None
        self.illegal_char: Any = None
        self.init_try = 0
        self.last_init_try = 0.0
        self.loaded_into = "unknown"
        self.kill_delay = int(getattr(mod_conf, "kill_delay", 60) or 60)
        self.module_monitoring = "ALIGNAK_DAEMON_MONITORING" in os.environ

    def init(self) -> bool:
        """Return whether the module can work; derived classes connect to what they need here."""
        return True

    def get_name(self) -> str:
        """Return the name of the section."""
        return self.name

    def set_loaded_into(self, daemon_name: str) -> None:
        """Note which daemon has the module."""
        self.loaded_into = daemon_name

    def do_stop(self) -> None:
        """Derived classes let go of what they hold here, before the module ends."""

    def manage_signal(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  a handler of signals
        """Note that the module is to end; SIGHUP means nothing to one."""
        if sig != signal.SIGHUP:
            self.interrupted = True

    def set_signal_handler(self, sigs: Iterable[int] | None = None) -> None:
        """Have ``manage_signal`` called for signals, those that stop a module when none are named."""
        for each in _STOPPING if sigs is None else sigs:
            signal.signal(each, self.manage_signal)

    set_exit_handler = set_signal_handler

    def set_proctitle(self, name: str) -> None:
        """Show the process as a module of its daemon in ``ps`` (configuration.md 3.4)."""
        set_title(f"alignak-{self.loaded_into} module: {name}")
