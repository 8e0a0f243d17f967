"""From a module's section to its instance: import, the two names a package must have, ``init`` (modules.md 7.1)."""

from __future__ import annotations

import importlib
import logging
import traceback
from collections.abc import Sequence
from typing import Any

from alignak.compat.module import BaseModule
from alignak.compat.module import Module as Section
from alignak.compat.records import Daemon
from alignak.model.topology import Module

log = logging.getLogger("alignak.modules")


class NotLoadedError(Exception):
    """A module cannot be used; ``may_pass`` tells whether it may go better the next time."""

    def __init__(self, message: str, may_pass: bool = False, details: str = "") -> None:
        super().__init__(message)
        self.may_pass = may_pass
        self.details = details


def load_module(module: Module, nested: Sequence[Module], daemon: Daemon) -> BaseModule:
    """Return the instance of a module, initialized. Raises NotLoadedError."""
    package = _imported(module)
    section = section_of(module)
    section.modules = [section_of(each) for each in nested]
    section.properties = _properties(module, package)
    section.my_daemon = daemon
    instance = _instance(module, package, section)
    instance.set_loaded_into(daemon.type)
    instance.set_proctitle(module.name)
    _initialize(module, instance)
    return instance


def section_of(module: Module) -> Section:
    """Return the section as the module gets it."""
    return Section(
        {**module.options, "name": module.name, "python_name": module.python_name, "module_types": module.types}
    )


def _imported(module: Module) -> Any:
    log.info("Importing Python module '%s' for %s…", module.python_name, module.name)
    try:
        package = importlib.import_module(module.python_name)
    except (Exception, SystemExit) as error:
        raise NotLoadedError(
            f"Module {module.python_name} ({module.name}) can't be loaded, Python importation error: {kind(error)}",
            details=traceback.format_exc(),
        ) from error
    log.info("Imported '%s' for %s", module.python_name, module.name)
    return package


def _properties(module: Module, package: Any) -> dict[str, Any]:
    found = getattr(package, "properties", None)
    if not isinstance(found, dict):
        raise NotLoadedError(f"Module {module.python_name} is missing a 'properties' dictionary")
    return found


def _instance(module: Module, package: Any, section: Section) -> BaseModule:
    get_instance = getattr(package, "get_instance", None)
    if not callable(get_instance):
        raise NotLoadedError(f"Module {module.python_name} is missing a 'get_instance' function")
    try:
        instance = get_instance(section)
    except (Exception, SystemExit) as error:
        raise raised(module.name, "get_instance", error) from error
    if not isinstance(instance, BaseModule):
        raise NotLoadedError(
            f"the module {module.name} cannot be used: get_instance() of {module.python_name} returned"
            f" {type(instance).__name__}, not an instance of alignak.basemodule.BaseModule"
        )
    return instance


def _initialize(module: Module, instance: BaseModule) -> None:
    log.info("Trying to initialize module: %s", module.name)
    try:
        is_ready = instance.init()
    except (Exception, SystemExit) as error:
        raise raised(module.name, "init", error) from error
    if not is_ready:
        raise NotLoadedError(f"the module {module.name} could not be initialized: init() returned {is_ready!r}", True)
    log.info("Module %s is initialized.", module.name)


def raised(name: str, method: str, error: BaseException) -> NotLoadedError:
    """Return the error that stands for an exception of a module's method."""
    return NotLoadedError(f"the module {name} failed in {method}(): {kind(error)}", True, traceback.format_exc())


def kind(error: BaseException) -> str:
    """Return an exception as one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
