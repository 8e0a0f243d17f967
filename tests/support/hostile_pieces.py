"""What hostile configurations are made of: definitions in few words, and the register of all cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Final, TypeAlias

Tree: TypeAlias = "Mapping[str, str | bytes]"
"""Path -> content."""

Case: TypeAlias = "Callable[[int], str | bytes | Tree]"
"""From a size in bytes to one main object file, or to a whole tree, of about that size."""

CASES: Final[dict[str, Case]] = {}
"""Every case by its name; the modules that hold them fill it."""


def case(make: Case) -> Case:
    """Add a case under the name of its function, the first word of which is ``case``."""
    CASES[make.__name__.removeprefix("case_").replace("_", " ")] = make
    return make


def until(size: int, pieces: Iterable[str]) -> str:
    """Return pieces until they have a size."""
    taken: list[str] = []
    for each in pieces:
        if size <= 0:
            break
        taken.append(each)
        size -= len(each.encode(errors="surrogatepass"))
    return "".join(taken)


def define(kind: str, *lines: str) -> str:
    """Return a definition."""
    return f"define {kind}{{\n" + "\n".join(lines) + "\n}\n"


def host(name: str, *lines: str) -> str:
    """Return a host."""
    return define("host", "use generic-host", f"host_name {name}", *lines)


def service(hosts: str, name: str, *lines: str) -> str:
    """Return a service."""
    return define("service", "use generic-service", f"host_name {hosts}", f"service_description {name}", *lines)


def words(prefix: str, separator: str = ",") -> Iterator[str]:
    """Yield names without end, each with a separator behind it."""
    return (f"{prefix}{number}{separator}" for number in count())


def crowd(size: int, *lines: str) -> str:
    """Return many hosts in few bytes: five thousand for a large text, fewer for a small one."""
    return host(f"h-[1-{max(100, min(size // 100, 5000))}]", "hostgroups crowd", *lines)
