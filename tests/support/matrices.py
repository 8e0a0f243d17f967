"""Many runs of plugins and stand-ins against servers that talk by a script, several at a time.

A case names the plugin, its words and what the server does; each has a server of its own. ``played`` returns what both
answered, by the name of the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

from tests.support.conformance import Answer, compare
from tests.support.talkers import Step, Talkers, context, days

AT_ONCE: Final = 24
"""Most of the time they wait for a server."""


class Case(NamedTuple):
    """One row of a matrix; ``{port}`` in its words is the port of its server."""

    plugin: str
    words: Sequence[str]
    script: Sequence[Step] | None = ()
    """What the server does; nothing for a port that nobody listens on."""
    valid: float | str = ""
    """Days its certificate is still valid; nothing when it speaks no TLS."""


Answers = Mapping[str, Future[tuple[Answer, Answer]]]
"""Case -> what stand-in and plugin answered, once it is asked for."""


def played(cases: Mapping[str, Case], several: Talkers) -> Answers:
    """Play all cases."""
    contexts = {
        each.valid: context(several.folder, days(float(each.valid))) for each in cases.values() if each.valid != ""
    }

    def play(case: Case) -> tuple[Answer, Answer]:
        tls = contexts.get(case.valid)
        port = several.nobody() if case.script is None else several.tcp(*case.script, tls=tls)
        words = [word.replace("{port}", str(port)) for word in case.words]
        return compare(case.plugin, words, text=first_line)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {name: pool.submit(play, case) for name, case in cases.items()}


def first_line(text: str) -> str:
    """Return what a status page shows."""
    return text.partition("\n")[0].rstrip()
