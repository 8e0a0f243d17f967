"""The engines we are compared with, out of Debian's packages: unpacked into a cache, nothing is installed or started.

Tests and benches call ``nagios`` and ``icinga``. The packages come once, through ``apt-get`` and the sources of this
machine; ``ALIGNAK_TEST_PEERS`` names the folder they are kept in.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

PATIENCE: Final = 300.0
"""Seconds one call of apt-get may take."""


class PeerMissingError(Exception):
    """Say why a peer cannot be had on this machine."""


class Peer(NamedTuple):
    """An engine that was unpacked."""

    root: Path
    """What stands for ``/``."""
    program: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment the program runs in: its libraries stand beside it."""
        libraries = ":".join(str(each) for each in sorted(self.root.glob("usr/lib/*-linux-gnu*")))
        return {**os.environ, "LD_LIBRARY_PATH": libraries}


class _Recipe(NamedTuple):
    """What an engine is made of."""

    packages: tuple[str, ...]
    closure: tuple[str, ...]
    """Packages that are wanted with all they depend on and this machine lacks."""
    program: str
    """A pattern of its path."""


_NAGIOS: Final = _Recipe(("nagios4-core", "nagios4-common", "monitoring-plugins-basic"), (), "usr/sbin/nagios4")
_ICINGA: Final = _Recipe(("icinga2-bin", "icinga2-common"), ("icinga2-bin",), "usr/lib/*/icinga2/sbin/icinga2")
_FAKETIME: Final = _Recipe(("faketime", "libfaketime"), (), "usr/bin/faketime")
_NRPE: Final = _Recipe(("nagios-nrpe-server", "libwrap0"), (), "usr/sbin/nrpe")
_SNMPD: Final = _Recipe(("snmpd", "libsnmp40", "libsnmp-base", "libpci3", "libwrap0"), ("snmpd",), "usr/sbin/snmpd")


def nagios() -> Peer:
    """Return nagios4 with its sample configuration and the command files of the basic plugins."""
    return _peer("nagios4", _NAGIOS)


def icinga() -> Peer:
    """Return icinga2 with the libraries it needs."""
    return _peer("icinga2", _ICINGA)


def faketime() -> Peer:
    """Return the library that shows a program a time of our own, below ``usr/lib/*/faketime``."""
    return _peer("faketime", _FAKETIME)


def nrpe() -> Peer:
    """Return the server that ``check_nrpe`` asks."""
    return _peer("nrpe", _NRPE)


def snmpd() -> Peer:
    """Return the agent of net-snmp."""
    return _peer("snmpd", _SNMPD)


def cache() -> Path:
    """Return the folder that peers are kept in."""
    named = os.environ.get("ALIGNAK_TEST_PEERS")
    below = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else below / "alignak-tests" / "peers"


def _peer(name: str, recipe: _Recipe) -> Peer:
    """Return a peer that runs on this machine, fetched when it is not here."""
    root = cache() / name
    found = _runnable(root, recipe)
    if found is None:
        shutil.rmtree(root, ignore_errors=True)
        _fetch(root, recipe)
        found = _runnable(root, recipe)
    if found is None:
        raise PeerMissingError(f"{name} of this machine's apt sources was unpacked to {root} but does not run here")
    return found


def _runnable(root: Path, recipe: _Recipe) -> Peer | None:
    """Return what is unpacked in a folder, if it is whole and its libraries are found."""
    for program in root.glob(recipe.program):
        peer = Peer(root, program)
        with suppress(OSError):
            argv: list[str | Path] = [program, "--version"]
            run = subprocess.run(argv, check=False, env=peer.environment, capture_output=True, timeout=30)
            if run.returncode in (0, 3):  # Nagios: the code of an unknown state
                return peer
    return None


def _fetch(root: Path, recipe: _Recipe) -> None:
    """Unpack packages into a folder, all or nothing."""
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise PeerMissingError(f"needs {' '.join(recipe.packages)} of Debian, and this machine has no {program}")
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root.parent, prefix=".") as name:
            work = Path(name)
            for each in _downloaded(work, recipe):
                subprocess.run(["dpkg-deb", "-x", each, work / "root"], check=True, capture_output=True)
            with suppress(FileExistsError, OSError):  # somebody else was faster
                (work / "root").rename(root)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", b"") or b""
        why = f"{error} {said.decode(errors='replace')}".strip()
        raise PeerMissingError(f"cannot fetch {' '.join(recipe.packages)} with apt-get: {why}") from error


def _downloaded(work: Path, recipe: _Recipe) -> Sequence[Path]:
    """Return package files; where this machine's package lists are missing or old, lists of our own are used."""
    debs = work / "debs"
    (debs / "partial").mkdir(parents=True)
    try:
        _download(debs, recipe, ())
    except subprocess.CalledProcessError:
        (work / "lists" / "partial").mkdir(parents=True)
        (work / "cache").mkdir()
        own = ("-o", f"Dir::State::Lists={work}/lists", "-o", f"Dir::Cache={work}/cache")
        _apt_get(debs, *own, "update")
        _download(debs, recipe, own)
    return sorted(debs.glob("*.deb"))


def _download(debs: Path, recipe: _Recipe, options: Sequence[str]) -> None:
    _apt_get(debs, *options, "download", *recipe.packages)
    if recipe.closure:
        only = ("--download-only", "--no-install-recommends", "-o", f"Dir::Cache::Archives={debs}")
        _apt_get(debs, *options, *only, "install", *recipe.closure)


def _apt_get(where: Path, *arguments: str) -> None:
    """Run apt-get without its locks: it writes to our folders alone."""
    argv = ["apt-get", "-qq", "-y", "-o", "Debug::NoLocking=1", *arguments]
    subprocess.run(argv, cwd=where, check=True, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
