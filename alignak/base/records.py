"""Documents that always have the same fields: made and encoded much faster than dictionaries, read like them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, defstruct


class Record(Struct, frozen=True, gc=False):
    """A document with fixed fields. It holds no other documents: the garbage collector does not look into it."""

    def __getitem__(self, name: str) -> Any:
        if name not in self.__struct_fields__:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.__struct_fields__)

    def __len__(self) -> int:
        return len(self.__struct_fields__)

    def keys(self) -> tuple[str, ...]:
        """Return the names of the fields, in their order."""
        return self.__struct_fields__


def record(name: str, fields: Sequence[str]) -> type[Record]:
    """Return a type of documents with these fields; values are given in their order."""
    made = defstruct(name, fields, bases=(Record,), frozen=True, gc=False)
    assert issubclass(made, Record)
    return made
