"""What is mounted on this machine, as ``check_disk`` sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_TABLE: Final = "/etc/mtab"
_ESCAPED: Final = re.compile(rb"\\([0-7]{3})")
_SHARES: Final = frozenset({"cifs", "smbfs"})


class Mount(NamedTuple):
    """One mounted filesystem; names that are no UTF-8 carry surrogates."""

    device: str
    folder: str
    kind: str

    @property
    def is_remote(self) -> bool:
        """Tell whether it is another machine's."""
        return ":" in self.device or (self.device.startswith("//") and self.kind in _SHARES)

    @property
    def names(self) -> tuple[str, str]:
        """Return what options may call it by."""
        return self.folder, self.device


def mounts() -> list[Mount]:
    """Return what is mounted, in the order of mounting."""
    with open(_TABLE, "rb") as file:
        lines = [line.split() for line in file]
    return [Mount(*map(_name, words[:3])) for words in lines if len(words) > 2 and not words[0].startswith(b"#")]


def _name(word: bytes) -> str:
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 8) & 255]), word)
    return plain.decode("utf-8", "surrogateescape")


def mount_of(path: str, mounted: Sequence[Mount], *, is_exact: bool) -> Mount | None:
    """Return what a path is on: the device of this name, or else the folder its name begins with.

    Names are compared, no links followed; of several mounts in one place the last counts. With ``is_exact`` the path
    must be the name of the device or folder.
    """
    by_device = [each for each in mounted if each.device == path]
    if by_device:
        return by_device[-1]
    if is_exact:
        by_folder = [each for each in mounted if each.folder == path]
        return by_folder[-1] if by_folder else None
    best: Mount | None = None
    for each in mounted:
        is_above = each.folder == "/" or path.startswith(each.folder)
        if is_above and (best is None or len(each.folder) >= len(best.folder)):
            best = each
    return best
