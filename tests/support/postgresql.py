"""A PostgreSQL server of the tests' own: in a folder of its own, over a Unix socket only, gone when they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_WITHIN = 30.0
USERS = ("postgres", "nobody")
"""Whom the server runs as when the tests are run by root, which it refuses; the first that exists."""


def find_server() -> Path | None:
    """Return the folder that holds ``initdb`` and ``postgres``, or None."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in candidates if (each / "postgres").exists() and (each / "initdb").exists()), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Run a server and give its URL."""
    folder = tempfile.mkdtemp(prefix="pg-", dir="/tmp")
    user = _user()
    if user:
        shutil.chown(folder, user)
    try:
        data = f"{folder}/data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user,
            cwd=folder,
        )
        try:
            url = f"postgresql://tests@/postgres?host={folder}"
            _wait_until_ready(url, process)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {line.split(":")[0] for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines()}
    return next(each for each in USERS if each in known)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    import psycopg  # noqa: PLC0415  an extra: only where a server was found

    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.05)
