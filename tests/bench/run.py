"""``bin/bench``: run the benches and print what they found as one table.

The exit code says whether they could be run, not whether goals are met.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import shutil
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from tests.bench.frame import Options, Row, table

PREFIX: Final = "bench_"
WIDTH: Final = 150
"""Columns of the table where no terminal has a width."""


def names() -> list[str]:
    """Return what there is to run."""
    return sorted(each.stem.removeprefix(PREFIX) for each in Path(__file__).parent.glob(f"{PREFIX}*.py"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    for name in set(asked.names) - set(names()):
        parser.error(f"there is no bench {name}, there is {', '.join(names())}")
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="alignak-bench-"))
    hosts = tuple(asked.hosts or ((1_000, 10_000, 50_000) if asked.all else (1_000, 10_000)))
    rounds = asked.rounds or (1 if asked.quick else 3)
    options = Options(folder, rounds, hosts, asked.all, asked.quick)
    console.print(_machine(), highlight=False)
    broken = 0
    try:
        for name in asked.names or names():
            broken += not _run(name, options, console)
    finally:
        if asked.folder is None:
            shutil.rmtree(folder)
    return 1 if broken else 0


def _run(name: str, options: Options, console: Console) -> bool:
    """Run a bench and print its rows; tell whether it ran to its end."""
    found: list[Row] = []
    remarks: list[str] = []
    is_whole = True
    try:
        for each in importlib.import_module(f"tests.bench.{PREFIX}{name}").rows(options):
            if isinstance(each, str):
                remarks.append(each)
            else:
                found.append(each)
                print(f"  {name}: {each.question}", file=sys.stderr)
    except Exception:  # the other benches are run all the same
        is_whole = False
        remarks.append(traceback.format_exc())
    console.print(f"\n{name}", style="bold")
    console.print(table(found))
    for remark in remarks:
        console.print(remark, highlight=False, markup=False)
    return is_whole


def _machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"load at the beginning {load:.2f}; medians of rounds in which all took turns; a goal is a ratio"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure, beside the peers and the goals.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}")
    parser.add_argument("--all", action="store_true", help="the largest sizes too: an hour, and 6 GB of memory")
    parser.add_argument("--hosts", type=int, nargs="+", metavar="N", help="sizes of the sites instead of the usual")
    parser.add_argument("--rounds", type=int, help="how often each is measured (3)")
    parser.add_argument("--quick", action="store_true", help="one round, and rough figures where a bench can")
    parser.add_argument("--folder", type=Path, help="where sites are written, and kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
