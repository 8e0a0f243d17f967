"""Programs that tests use and Python packages cannot bring, and the Debian package that holds each.

``bin/test --with-services`` runs this module to learn what to install; ``tests/conftest.py`` makes the fixture
``needs`` from it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

PACKAGES: Final[Mapping[str, str]] = {
    "check_dig": "monitoring-plugins-standard",
    "check_disk": "monitoring-plugins-basic",
    "check_dns": "monitoring-plugins-standard",
    "check_dummy": "monitoring-plugins-basic",
    "check_http": "monitoring-plugins-basic",
    "check_load": "monitoring-plugins-basic",
    "check_nrpe": "nagios-nrpe-plugin",
    "check_snmp": "monitoring-plugins-standard",
    "check_tcp": "monitoring-plugins-basic",
    "dash": "dash",
    "dig": "bind9-dnsutils",
    "initdb": "postgresql",
    "nslookup": "bind9-dnsutils",
    "snmpget": "snmp",
    "systemd-analyze": "systemd",
    "systemd-sysusers": "systemd",
    "systemd-tmpfiles": "systemd",
}
"""Program -> Debian package."""

FOLDERS: Final = ("usr/lib/nagios/plugins", "usr/lib/postgresql/*/bin", "usr/sbin")
"""Where programs stand that ``PATH`` does not name."""


def find_program(name: str) -> Path | None:
    """Return where a program stands, or None."""
    found = shutil.which(name)
    if found is None:
        found = shutil.which(name, path=":".join(str(each) for folder in FOLDERS for each in Path("/").glob(folder)))
    return Path(found) if found else None


def missing_packages() -> Iterator[str]:
    """Yield the Debian packages whose programs are not all here, each once, sorted."""
    yield from sorted({package for program, package in PACKAGES.items() if find_program(program) is None})


if __name__ == "__main__":
    print(*missing_packages())
