"""``alignak key``: make, list and revoke the keys that operators show to the daemons of this machine.

Works on the key file in the daemons' state folder; those that run notice a change by themselves.
"""

from __future__ import annotations

import argparse
import datetime
import grp
import os
import pwd
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from rich.table import Table

from alignak.base.errors import BadRequestError, StartError
from alignak.cli import output
from alignak.cli.verify import default_environment
from alignak.config.environment import read_environment
from alignak.daemons.wiring.running import KEYS_FILE, state_root
from alignak.model.topology import Role
from alignak.net.keys import KeyFile, KeyRecord
from alignak.system import files, process

DAY: Final = 86_400.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=sorted(ACTIONS), help="what to do")
    parser.add_argument("name", nargs="?", default="", help="name of the key: whom it is for; or its id to revoke")
    parser.add_argument("--days", type=float, default=0.0, help="create: days after which it expires; default never")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-e", "--environment", default=default_environment(), help="alignak.ini of the installation")
    where.add_argument("--state-dir", default="", help="the daemons' state folder itself")


def run(given: argparse.Namespace) -> int:
    """Do what was asked for."""
    if given.action != "list" and not given.name:
        raise BadRequestError(f"key {given.action} needs the name of the key")
    if given.days < 0:
        raise BadRequestError(f"--days {given.days:g}: a key cannot expire before it is made")
    folder = os.path.abspath(given.state_dir) if given.state_dir else state_folder(given.environment)
    become_owner(folder)
    return ACTIONS[given.action](KeyFile(os.path.join(folder, KEYS_FILE)), given)


def state_folder(path: str) -> str:
    """Return the state folder of the installation that an environment file describes: its arbiter's."""
    environment = read_environment(os.path.abspath(path), files.DiskFiles())
    daemons = sorted(environment.daemons, key=lambda each: each.type != Role.ARBITER.value)
    if not daemons:
        raise BadRequestError(f"{path} has no [daemon.*] section: name the folder with --state-dir")
    return state_root(environment.process(daemons[0].name))


def become_owner(folder: str) -> None:
    """Go on as the user the folder belongs to when root runs this: a file of root's would be closed to the daemons."""
    try:
        found = os.stat(folder)
    except FileNotFoundError:
        raise StartError(f"there is no state folder {folder}: make it for the user the daemons run as", 1) from None
    if os.geteuid() == 0 and found.st_uid != 0:
        process.drop_privileges(pwd.getpwuid(found.st_uid).pw_name, grp.getgrgid(found.st_gid).gr_name)


def create(file: KeyFile, given: argparse.Namespace) -> int:
    """Make a key and show it, this once."""
    now = time.time()
    key, ring = file.ring().create(given.name, now, now + given.days * DAY if given.days else None)
    file.save(ring)
    record = ring.keys[-1]
    text = f"{key}\n\nIt is not shown again. Show it with: alignak ... --key KEY, or Authorization: Bearer KEY"
    output.show({"key": key, **described(record)}, given.output, lambda: text)
    return output.OK


def list_keys(file: KeyFile, given: argparse.Namespace) -> int:
    """Show whose keys there are; the keys themselves are not kept."""
    records = file.ring().list()
    output.show([described(each) for each in records], given.output, lambda: table(records))
    return output.OK


def revoke(file: KeyFile, given: argparse.Namespace) -> int:
    """Make a key worthless, at once."""
    file.save(file.ring().revoke(given.name))
    output.show({"revoked": given.name}, given.output, lambda: f"revoked {given.name}")
    return output.OK


ACTIONS: Final[Mapping[str, Callable[[KeyFile, argparse.Namespace], int]]] = {
    "create": create,
    "list": list_keys,
    "revoke": revoke,
}


def described(record: KeyRecord) -> dict[str, Any]:
    """Return what is known of a key."""
    expires = record.expires_at
    return {
        "id": record.id,
        "name": record.name,
        "created": date(record.created_at),
        "expires": date(expires) if expires is not None else None,
        "is_expired": record.is_expired(time.time()),
    }


def date(at: float) -> str:
    """Return a wall time as people write it."""
    return datetime.datetime.fromtimestamp(at).astimezone().isoformat(" ", "seconds")


def table(records: tuple[KeyRecord, ...]) -> object:
    """Return the keys for people."""
    if not records:
        return "no keys; make one with: alignak key create NAME"
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("ID", "NAME", "CREATED", "EXPIRES"):
        shown.add_column(title)
    for each in map(described, records):
        expires = "expired " + each["expires"] if each["is_expired"] else each["expires"] or "never"
        shown.add_row(each["id"], each["name"], each["created"], expires)
    return shown
