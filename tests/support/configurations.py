"""Configurations in memory: a tree of files, and an installation of six daemons to put objects into."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import normpath

from alignak.config.compile import Loaded, load
from alignak.config.diagnostics import Severity
from alignak.config.environment import read_environment
from alignak.model.snapshot import CompiledConfig

INI = """
[alignak-configuration]
alignak_name=Test
cfg=main.cfg
[daemon.arbiter-master]
type=arbiter
[daemon.scheduler-master]
type=scheduler
[daemon.poller-master]
type=poller
[daemon.reactionner-master]
type=reactionner
[daemon.broker-master]
type=broker
[daemon.receiver-master]
type=receiver
"""

BASE = """
define command{
    command_name check
    command_line /bin/check $ARG1$
}
define contact{
    contact_name bob
    host_notification_commands check
    service_notification_commands check
}
define host{
    name generic-host
    register 0
    check_command check
    contacts bob
}
define service{
    name generic-service
    register 0
    check_command check
}
"""
"""A command, a contact and two templates, so that what is added gives no warning of its own."""


class MemoryFiles:
    """A tree of files in memory, path to content."""

    __slots__ = ("_files",)

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {normpath(path): text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def read(self, path: str) -> bytes:
        """Return the content of a file."""
        try:
            return self._files[normpath(path)]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    def walk(self, directory: str, suffix: str) -> list[str]:
        """Return the files below a directory whose name ends so, sorted."""
        below = normpath(directory).rstrip("/") + "/"
        return sorted(path for path in self._files if path.startswith(below) and path.endswith(suffix))

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a file."""
        return normpath(path) in self._files

    def is_dir(self, path: str) -> bool:
        """Tell whether a path has files below it."""
        below = normpath(path).rstrip("/") + "/"
        return any(each.startswith(below) for each in self._files)


def loaded(objects: str, ini: str = INI, more: Mapping[str, str | bytes] | None = None) -> Loaded:
    """Load an installation whose main object file has this text; ``more`` are files beside it."""
    tree: dict[str, str | bytes] = {"/etc/a/alignak.ini": ini, "/etc/a/main.cfg": objects}
    tree.update({f"/etc/a/{name}": text for name, text in (more or {}).items()})
    files = MemoryFiles(tree)
    return load(read_environment("/etc/a/alignak.ini", files), files)


def compiled(objects: str, ini: str = INI, more: Mapping[str, str | bytes] | None = None) -> CompiledConfig:
    """Return the configuration of an installation; its errors fail the test."""
    result = loaded(objects, ini, more)
    assert result.config is not None, [each.render() for each in result.diagnostics]
    return result.config


def errors(result: Loaded) -> list[str]:
    """Return the errors of a load as they are printed."""
    return [each.render() for each in result.diagnostics if each.severity is Severity.ERROR]


def warnings(result: Loaded) -> list[str]:
    """Return the warnings of a load as they are printed."""
    return [each.render() for each in result.diagnostics if each.severity is Severity.WARNING]
