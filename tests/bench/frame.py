"""What all benches share: interleaved rounds, medians, and one table of what was found beside what was wanted.

A bench is a module ``bench_*.py`` with a function ``rows(options)`` that yields a ``Row`` for each thing it measured
and a text for each thing it could not; ``run.py`` finds them and prints the table (docs/performance.rst).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple, TypeAlias

from rich.table import Table
from rich.text import Text

Figures: TypeAlias = Mapping[str, float]
"""Quantity -> value, of one run."""

LIMIT: Final = "limit"
"""What stands in the place of a peer when a figure is wanted as such."""


class Options(NamedTuple):
    """What the command line asks for."""

    folder: Path
    """Where benches may write."""
    rounds: int = 3
    hosts: tuple[int, ...] = (1_000, 10_000)
    is_all: bool = False
    """Whether what takes long is measured too."""
    is_quick: bool = False
    """Whether rough figures do, of those benches that can give any."""


class Subject(NamedTuple):
    """One of those that are compared."""

    name: str
    measure: Callable[[], Figures]


class Row(NamedTuple):
    """One line of the table."""

    question: str
    unit: str
    ours: Sequence[float]
    """What was measured in each round."""
    against: str = ""
    """A peer, or ``LIMIT``."""
    theirs: Sequence[float] = ()
    goal: float | None = None
    """How many times theirs ours may be at most, or must be at least where more is better; None: not wanted so far."""
    is_rate: bool = False
    """Whether more is better."""

    @property
    def ratio(self) -> float | None:
        """Return how many times theirs ours is."""
        return median(self.ours) / median(self.theirs) if self.theirs else None

    @property
    def verdict(self) -> str:
        """Return whether the goal is met, nothing where there is none."""
        ratio = self.ratio
        if self.goal is None or ratio is None:
            return ""
        return "met" if (ratio >= self.goal if self.is_rate else ratio <= self.goal) else "NOT MET"


Found: TypeAlias = "Iterator[Row | str]"
"""What a bench yields."""


def measured(subjects: Sequence[Subject], rounds: int) -> Mapping[str, Mapping[str, list[float]]]:
    """Return for each subject and quantity the values of all rounds; the subjects take turns, so that all have the
    same weather."""
    found: dict[str, dict[str, list[float]]] = {each.name: {} for each in subjects}
    for _ in range(rounds):
        for each in subjects:
            for quantity, value in each.measure().items():
                found[each.name].setdefault(quantity, []).append(value)
    return found


def table(rows: Sequence[Row]) -> Table:
    """Return the rows as they are printed."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("question", overflow="fold")
    for heading in ("alignak", "rounds", "peer", "its figure", "ratio", "goal"):
        made.add_column(heading, justify="left" if heading == "peer" else "right", no_wrap=True)
    made.add_column("verdict", no_wrap=True)
    for each in rows:
        made.add_row(*map(Text, _cells(each)), Text(each.verdict, "red" if each.verdict == "NOT MET" else "green"))
    return made


def _cells(row: Row) -> Sequence[str]:
    ratio = row.ratio
    return (
        row.question,
        f"{number(median(row.ours))} {row.unit}",
        f"{number(min(row.ours))}–{number(max(row.ours))}" if len(row.ours) > 1 else "",
        row.against,
        f"{number(median(row.theirs))} {row.unit}" if row.theirs else "",
        "" if ratio is None else f"{number(ratio)}",
        "" if row.goal is None else f"{'≥' if row.is_rate else '≤'} {number(row.goal)}",
    )


def number(value: float) -> str:
    """Return a figure with three digits that say something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
