"""A check that says what it is told to: for tests, and for objects that only get passive results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignak.execution.builtin.results import WORDS, Parser, Result


def dummy(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Return the state and the text given: ``dummy STATE [TEXT...]``, the state 0 to 3."""
    parser = Parser("dummy")
    parser.add_argument("state", type=int, choices=range(4))
    parser.add_argument("text", nargs="*")
    options = parser.parse_args(argv[1:])
    words = " ".join(options.text)
    return options.state, f"{WORDS[options.state]}: {words}" if words else WORDS[options.state]
