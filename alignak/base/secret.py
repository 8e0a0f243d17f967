"""A value that must not be shown."""

from __future__ import annotations

import hashlib
import hmac


class Secret:
    """Hold a secret so that no log line, error or document can print it by accident.

    It has no ``str``, no equality and no JSON form; ``reveal`` is the one way out and easy to grep for.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def is_same_as(self, candidate: str) -> bool:
        """Tell whether a candidate is this secret, in a time that does not depend on where they differ."""
        mine = hashlib.sha256(self._value.encode()).digest()
        theirs = hashlib.sha256(candidate.encode("utf-8", "surrogateescape")).digest()
        return hmac.compare_digest(mine, theirs)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        raise TypeError("a Secret is compared with is_same_as")

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not serialized")
