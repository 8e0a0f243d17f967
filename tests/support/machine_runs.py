"""Run in the namespaces of a scenario: sets it up, then runs each plugin and its stand-in, and prints what both said.

``machines`` starts it. What moves on its own (a clock) is met by running a pair again, a few times.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from alignak.execution.standins.standin import Result, Unsupported
from tests.support.conformance import by_plugin, in_process

LEFT: Final = (-1, "left to the plugin")
"""What stands for our answer when the stand-in does not know the words."""


def pair(tries: int, name: str, *words: str) -> tuple[Result, Result]:
    """Run both until they agree, or often enough."""
    for _ in range(tries):
        ours, theirs = _ours(name, words), by_plugin(name, words)
        if ours in (theirs, LEFT):
            break
    return ours, theirs


def _ours(name: str, words: Sequence[str]) -> Result:
    try:
        code, text = in_process(name, words)
    except Unsupported:
        return LEFT
    return code, text.rstrip("\n")


def main() -> None:
    """Play what standard input describes."""
    asked = json.loads(sys.stdin.read())
    subprocess.run(["bash", "-euc", asked["scenario"]], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    print(json.dumps([pair(asked["tries"], *case) for case in asked["cases"]]))


if __name__ == "__main__":
    main()
