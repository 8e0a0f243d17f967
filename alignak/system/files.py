"""Files that keep: written whole or not at all, private, and never through somebody else's link.

Every room above uses it for what must survive a crash or must not be read by others (reliability.md 5.2 numbers 5 and
13). What is refused here is refused with PermissionError, an OSError like any other failure of a file.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from typing import Final
from urllib.parse import quote

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700

_READ: Final = os.O_RDONLY | os.O_NONBLOCK
"""Non-blocking, so that opening a FIFO somebody put there does not hang."""

_LONGEST_NAME: Final = 180
"""Bytes of a file name made from an object's name; file systems stop at 255 and callers add suffixes."""


def open_regular(path: str, flags: int, mode: int = PRIVATE_FILE) -> int:
    """Open a plain file of our own and return its descriptor; refuse links, devices, FIFOs and others' files.

    Raises PermissionError when it is not such a file, or another OSError when it cannot be opened.
    """
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, mode)
    except OSError as error:
        if os.path.islink(path):
            raise PermissionError(f"{path} is a symbolic link; remove it, or name the file it leads to") from error
        raise
    try:
        _check_regular(path, os.fstat(descriptor), for_writing=bool(flags & (os.O_WRONLY | os.O_RDWR)))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_regular(path: str, found: os.stat_result, for_writing: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise PermissionError(f"{path} is not a plain file; remove it")
    if found.st_uid != os.geteuid():
        raise PermissionError(
            f"{path} belongs to user {found.st_uid}, not to user {os.geteuid()} who runs this; chown it"
        )
    if for_writing and found.st_nlink > 1:
        raise PermissionError(f"{path} has {found.st_nlink} names (hard links); remove the others")


def read_private(path: str) -> bytes:
    """Return what a file holds that nobody else may read.

    Raises PermissionError when it is a link, belongs to somebody else or has a mode open to group or others.
    """
    with os.fdopen(open_regular(path, _READ), "rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            raise PermissionError(f"{path} has mode {mode:04o}, others may get at it; run: chmod 600 {path}")
        return file.read()


def create_private(path: str, data: bytes) -> bool:
    """Write a new file, safe on disk when this returns; return False when something of that name exists already."""
    folder = os.path.dirname(path) or "."
    # A name is linked to a finished file: nobody ever reads half of it, and exactly one creator wins.
    temporary = _written(folder, data, PRIVATE_FILE)
    try:
        os.link(temporary, path, follow_symlinks=False)
    except FileExistsError:
        return False
    finally:
        os.unlink(temporary)
    sync_folder(folder)
    return True


def write_atomic(path: str, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Replace a file as a whole: after a crash the old or the new content is there, never a mixture."""
    folder = os.path.dirname(path) or "."
    temporary = _written(folder, data, mode)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    sync_folder(folder)


def _written(folder: str, data: bytes, mode: int) -> str:
    """Return the path of a new temporary file in the folder that holds the data, on disk."""
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)  # the mode asked for, whatever the umask
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def sync_folder(folder: str) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: str) -> None:
    """Remove a file; it may be gone already."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def append_line(path: str, line: str) -> None:
    """Append one line to a private file in one write, so that lines of several writers never mix."""
    descriptor = open_regular(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        data = line.encode("utf-8", "replace") + b"\n"
        if (written := os.write(descriptor, data)) != len(data):
            raise OSError(f"{path} took {written} of {len(data)} bytes; is the disk full?")
    finally:
        os.close(descriptor)


def ensure_folder(path: str, mode: int = PRIVATE_FOLDER) -> None:
    """Make a folder with the mode, and its parents, unless it exists; refuse one that others could replace files in.

    Raises PermissionError when it belongs to somebody else, is a link or may be written by everybody.
    """
    try:
        os.makedirs(path, mode=mode)
        os.chmod(path, mode)
    except FileExistsError:
        pass
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise PermissionError(f"{path} is not a folder; remove it or choose another place")
    if found.st_uid != os.geteuid():
        raise PermissionError(
            f"{path} belongs to user {found.st_uid}, not to user {os.geteuid()} who runs this; chown it"
        )
    if found.st_mode & stat.S_IWOTH:
        raise PermissionError(f"{path} may be written by everybody; run: chmod o-w {path}")


def safe_name(name: str) -> str:
    """Return a file name for an object's name: one name each, never a path, never hidden, never too long."""
    text = quote(name, safe=" @+=", errors="surrogatepass").replace(".", "%2E", 1 if name.startswith(".") else 0)
    if not text:
        return "%"
    if len(text) <= _LONGEST_NAME:
        return text
    # A cut name ends in a sum of the whole one: two long names stay two files.
    whole = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{text[: _LONGEST_NAME - 34]}%-{whole}"


class DiskFiles:
    """The files of this machine, as the configuration reads them (``config.sources``)."""

    def read(self, path: str) -> bytes:
        """Return what a plain file holds; OSError when it cannot be read or is a pipe or device: they may never end."""
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "it is no plain file", path)
            return file.read()

    def walk(self, directory: str, suffix: str) -> list[str]:
        """Return the files below a folder whose name ends in the suffix, sorted; links are followed, loops are not.

        Raises OSError when the folder itself cannot be read.
        """
        os.scandir(directory).close()
        found: list[str] = []
        seen: set[tuple[int, int]] = set()
        for folder, names, files in os.walk(directory, followlinks=True):
            place = os.stat(folder)
            if (place.st_dev, place.st_ino) in seen:
                names.clear()
                continue
            seen.add((place.st_dev, place.st_ino))
            names.sort()  # which of two ways to a folder is taken must not depend on the disk
            found += [os.path.join(folder, name) for name in files if name.endswith(suffix)]
        return sorted(found)

    def is_file(self, path: str) -> bool:
        """Tell whether a plain file is there."""
        return os.path.isfile(path)

    def is_dir(self, path: str) -> bool:
        """Tell whether a folder is there."""
        return os.path.isdir(path)
