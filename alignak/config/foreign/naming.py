"""Where each file of a source goes in the tree that is written: under its own relative name wherever that can be."""

from __future__ import annotations

from posixpath import join, normpath, relpath, splitext

ELSEWHERE = "elsewhere"
"""The folder of what stands outside the folder of the main file; below it the whole path is kept."""

ENVIRONMENT = "alignak.ini"
MAIN = "alignak.cfg"
MACROS = "macros.cfg"
RESERVED = (ENVIRONMENT, MAIN, MACROS)
"""What is written beside the user's own files."""


class Names:
    """Give every path of a source one name in the tree, and no two paths the same."""

    __slots__ = ("_base", "_by_name")

    def __init__(self, base: str) -> None:
        self._base = normpath(base)
        self._by_name: dict[str, str] = dict.fromkeys(RESERVED, "")

    def of(self, path: str) -> str:
        """Return the relative name of an absolute path."""
        path = normpath(path)
        wanted = self._relative(path)
        name, number = wanted, 1
        while self._by_name.setdefault(name, path) != path:
            number += 1
            stem, suffix = splitext(wanted)
            name = f"{stem}-{number}{suffix}"
        return name

    def below(self, directory: str, path: str) -> str:
        """Return the name of a file that was found below a directory: below that directory's own name."""
        inside = relpath(path, normpath(directory))
        name = normpath(join(self.of(directory), inside))
        self._by_name.setdefault(name, normpath(path))
        return name

    def _relative(self, path: str) -> str:
        if path == self._base:
            return "."
        prefix = self._base.rstrip("/") + "/"
        if path.startswith(prefix):
            return path.removeprefix(prefix)
        return f"{ELSEWHERE}/{path.lstrip('/')}"
