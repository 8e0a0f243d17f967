"""``bin/differential``: hundreds of generated scenarios, played by Nagios and by our engine, and what differs.

The exit code is 0 when every difference is one that ``docs/differences.rst`` tells of, 1 when not, 2 without Nagios.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.differential.generator import BUILT, THEMES, generate, one
from tests.differential.judging import Played, Report, play, report, story
from tests.differential.known import RULES, WRITTEN
from tests.support.peers import PeerMissingError

BATCH = 700
"""Scenarios that one Nagios plays at a time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    asked = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    try:
        return _show(asked.show, console) if asked.show else _all(asked, console)
    except PeerMissingError as error:
        console.print(f"Nothing was compared: {error}")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/differential", description="Compare our engine with Nagios 4.")
    parser.add_argument("--count", type=int, default=680, help="how many scenarios (680)")
    parser.add_argument("--first", type=int, default=0, help="the number, and so the seed, of the first one (0)")
    parser.add_argument("--themes", default=",".join(BUILT), help=f"of {', '.join(THEMES)}; or all")
    parser.add_argument("--show", metavar="NAME", help="play one scenario, as in states17, and tell it from both sides")
    return parser


def _all(asked: argparse.Namespace, console: Console) -> int:
    themes = tuple(THEMES) if asked.themes == "all" else tuple(asked.themes.split(","))
    unknown = [each for each in themes if each not in THEMES]
    if unknown:
        console.print(f"There is no theme {', '.join(unknown)}; there are {', '.join(THEMES)}")
        return 2
    whole = Report()
    began = time.monotonic()
    for first in range(asked.first, asked.first + asked.count, BATCH):
        _add(whole, report(play(generate(min(BATCH, asked.first + asked.count - first), themes, first))))
    _print(whole, console)
    console.print(f"{time.monotonic() - began:.0f} s")
    return 1 if whole.partings else 0


def _add(whole: Report, part: Report) -> None:
    for theme, tally in part.themes.items():
        kept = whole.themes.setdefault(theme, tally)
        if kept is not tally:
            kept.same, kept.known, kept.open = kept.same + tally.same, kept.known + tally.known, kept.open + tally.open
            kept.compared, kept.seconds = kept.compared + tally.compared, kept.seconds + tally.seconds
            kept.rules += tally.rules
    whole.partings += part.partings


def _print(whole: Report, console: Console) -> None:
    table = Table("theme", "the same", "known differences", "open", "time compared")
    for theme, tally in whole.themes.items():
        share = f"{tally.compared / tally.seconds:.0%}"
        table.add_row(theme, str(tally.same), str(tally.known), str(tally.open), share)
    tallies = whole.themes.values()
    sums = (sum(each.same for each in tallies), sum(each.known for each in tallies), sum(each.open for each in tallies))
    share = f"{sum(each.compared for each in tallies) / sum(each.seconds for each in tallies):.0%}"
    table.add_row(f"all {sum(sums)}", *map(str, sums), share, style="bold")
    console.print(table)
    needed: Counter[str] = sum((each.rules for each in tallies), Counter())
    rules = Table("difference", "whose rule", "times")
    for rule in {each.entry: each for each in RULES}.values():
        rules.add_row(rule.entry, rule.whose.value, str(needed[rule.entry]))
    for written in WRITTEN:
        rules.add_row(written.entry, written.whose.value, "written otherwise")
    console.print(rules)
    for parting in whole.partings:
        console.print(f"OPEN {parting.text()}", markup=False)
    if whole.partings:
        name = whole.partings[0].scenario.name
        console.print(f"bin/differential --show {name} tells the first of these from both sides.")


def _show(name: str, console: Console) -> int:
    """Tell one scenario."""
    match = re.fullmatch(r"([a-z_]+?)(\d+)", name)
    themes = [each for each in THEMES if match and each.replace("_", "") == match[1].replace("_", "")]
    if match is None or not themes:
        console.print(f"There is no scenario {name}: name a theme and a number, as in states17")
        return 2
    scenario = one(themes[0], int(match[2]))
    played = play([scenario])
    console.print(scenario.text(), markup=False)
    _tell(played, console)
    found = report(played)
    for parting in found.partings:
        console.print(f"OPEN {parting.text()}", markup=False)
    for tally in found.themes.values():
        for entry, times in tally.rules.items():
            console.print(f"known: {entry} ({times})", markup=False)
    return 1 if found.partings else 0


def _tell(played: Played, console: Console) -> None:
    for command, reason in played.refused.items():
        console.print(f"refused here: {command}: {reason}", markup=False)
    for key in played.scenarios[0].object_keys():
        for side, traces in (("Nagios", played.nagios), ("here", played.alignak)):
            console.print(f"\n{key}, {side}:", style="bold")
            for line in story(traces[key]):
                console.print(f"  {line}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
