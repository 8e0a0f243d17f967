"""``bin/soak``: a large site for a long time, and whether anything is late or grows.

100,000 services are checked every five minutes by check_tcp, which is answered in process, with all six daemons at
work. The exit code is 1 when a goal is missed. Latencies are those of every check, out of the broks of the scheduler,
which are read here as a broker reads them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import linear_regression, mean, quantiles
from typing import Any, Final, NamedTuple

from tests.bench import accounting
from tests.bench.active_runs import SCHEDULER, Times, counters, nagios_step, our_daemons
from tests.bench.active_site import Site, check_tcp, make
from tests.bench.compiled import serving
from tests.bench.processes import MIB
from tests.bench.sweeping import nothing_left
from tests.support.cluster import Cluster
from tests.support.peers import PeerMissingError, nagios

SERVICES: Final = 100_000
INTERVAL: Final = 300

LATE: Final = 1.0
"""Seconds: what 99 of 100 checks must be less late than."""

SLOPE: Final = 1.0
"""Percent an hour that the memory of a daemon may grow."""

EACH: Final = 8 << 10
"""Bytes of the scheduler's memory a service may take, all of that memory shared out."""

STARTING: Final = 60.0
"""Seconds whose latencies are shown and not judged: checks came due while the daemons were starting."""

LISTENING: Final = 2.0
"""Seconds between two looks at the broks."""

LOOKS: Final = 60
"""How many lines the table has at least, unless there would be more than one a second."""

OURS: Final = ("arbiter", "scheduler", "poller", "poller workers", "broker", "receiver", "reactionner")
RESULT: Final = "service_check_result"
OWN: Final = ("run", "var", "tmp")
"""Folders in which files are counted."""


class Look(NamedTuple):
    """How everything is at one moment."""

    at: float
    """Seconds since the start."""
    rss: Mapping[str, int]
    """Role -> bytes of all its processes."""
    cpu: Mapping[str, float]
    """Role -> processor seconds so far."""
    descriptors: int
    threads: int
    files: int


class Verdict(NamedTuple):
    """One goal."""

    question: str
    figure: str
    is_met: bool


class Listener:
    """Reads the broks of a scheduler for the latency of each check."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._place = ""
        self.every = array("d")
        """Those that are judged."""
        self.lately = array("d")
        """Those since the last line of the table."""

    def listen(self) -> None:
        """Read what came since the last time."""
        path = f"get_broks?broker_name=soak{self._place}"
        while found := self._cluster.ask(SCHEDULER, path, secret=True):
            self._take(found)
            path = f"get_broks?broker_name=soak{self._place}"

    def _take(self, broks: Sequence[Mapping[str, Any]]) -> None:
        for each in broks:
            if each["type"] == RESULT:
                self.lately.append(each["data"]["latency"])
        epoch = broks[-1]["uuid"].rpartition("-")[0]
        self._place = f"&after={broks[-1]['seq']}&epoch={epoch}"

    def turn_over(self, counts: bool) -> Sequence[float]:
        """Return what came since the last call of this; the whole may be judged without it."""
        found, self.lately = self.lately, array("d")
        if counts:
            self.every.extend(found)
        return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and say how it went."""
    asked = _parser().parse_args(arguments)
    seconds = (asked.minutes or asked.hours * 60) * 60
    with tempfile.TemporaryDirectory(prefix="alignak-soak-", dir=asked.folder) as name, nothing_left():
        folder = Path(name)
        try:
            return _soaked(folder, asked.services, asked.interval, seconds, not asked.no_peer)
        except KeyboardInterrupt:
            print("stopped before its time", file=sys.stderr)
            return 130


def _soaked(folder: Path, services: int, interval: int, seconds: float, has_peer: bool) -> int:
    with serving(folder / "programs") as server:
        site = Site(check_tcp(server), services, interval)
        print(
            f"{services:,} services every {interval} s: {site.rate:,.0f} checks a second for {seconds / 60:g} minutes"
        )
        looks, latencies, done = _watched(folder / "alignak", site, seconds)
        verdicts = list(judged(looks, latencies, services))
        for each in verdicts:
            print(f"{'met    ' if each.is_met else 'NOT MET'}  {each.question}: {each.figure}")
        first, last = _settled(looks)[0], looks[-1]
        print(f"checks done: {done:,.0f}, of which the latency is judged: {len(latencies):,}")
        for what in ("descriptors", "threads", "files"):
            print(f"{what}: {getattr(first, what):,} after the warm-up, {getattr(last, what):,} at the end")
        passed = max(1e-9, last.at - first.at)
        used = accounting.difference(last.cpu, first.cpu)
        print(f"processors busy: {sum(used.values()) / passed:.1%} ({_shares(used, passed)})")
        if has_peer:
            _beside(folder, site, seconds)
    return 0 if all(each.is_met for each in verdicts) else 1


def _watched(folder: Path, site: Site, seconds: float) -> tuple[list[Look], Sequence[float], float]:
    """Let our daemons check a site, a line of the table now and then; return looks, latencies and checks done."""
    tree = make(folder, site)
    os.environ["TMPDIR"] = str(folder / "tmp")
    (folder / "tmp").mkdir(exist_ok=True)
    pause = max(1.0, min(60.0, seconds / LOOKS))
    with our_daemons(tree, site) as (cluster, root):
        listener, looks = Listener(cluster), [_look(folder, root, 0.0)]
        began = time.monotonic()
        _print_headings()
        while looks[-1].at < seconds:
            _until(began + looks[-1].at + pause, listener.listen)
            looks.append(_look(folder, root, time.monotonic() - began))
            _print_line(looks[-1], listener.turn_over(looks[-1].at > min(STARTING, seconds / 6)))
        return looks, listener.every, counters(cluster, SCHEDULER)["outcomes"]


def _until(moment: float, act: Callable[[], None]) -> None:
    while (left := moment - time.monotonic()) > 0:
        time.sleep(min(LISTENING, left))
        act()


def _look(folder: Path, root: int, at: float) -> Look:
    every = list(accounting.family(root))
    rss: Counter[str] = Counter()
    for each in every:
        rss[each.name] += each.rss
    files = sum(1 for name in OWN for each in (folder / name).rglob("*") if each.is_file())
    descriptors, threads = (sum(getattr(each, what) for each in every) for what in ("descriptors", "threads"))
    return Look(at, rss, accounting.cpu(root), descriptors, threads, files)


def _settled(looks: Sequence[Look]) -> Sequence[Look]:
    """Return the looks after the warm-up: the last two thirds, or all but the first half hour."""
    warm_up = min(1_800.0, looks[-1].at / 3)
    return [each for each in looks if each.at >= warm_up]


def judged(looks: Sequence[Look], latencies: Sequence[float], services: int) -> Sequence[Verdict]:
    """Return what is wanted and what was found."""
    middle, most = percentiles(latencies)
    found = [Verdict("latency", f"p50 {middle:.3f} s, p99 {most:.3f} s (< {LATE:g} s)", most < LATE)]
    settled = _settled(looks)
    for role in OURS:
        grown = slope([(each.at, each.rss.get(role, 0)) for each in settled])
        size = settled[-1].rss.get(role, 0) / MIB
        figure = f"{size:,.1f} MiB, {grown:+.2f} % an hour (< {SLOPE:g})"
        found.append(Verdict(f"memory of the {role}", figure, grown < SLOPE))
    each = looks[-1].rss.get("scheduler", 0) / services
    found.append(Verdict("the scheduler's memory, a service", f"{each:,.0f} bytes (<= {EACH:,})", 0 < each <= EACH))
    return found


def percentiles(latencies: Sequence[float]) -> tuple[float, float]:
    """Return the median and the value that 99 of 100 stay below; infinite where there is nothing to go by."""
    if len(latencies) < 2:
        return float("inf"), float("inf")
    cuts = quantiles(latencies, n=100)
    return cuts[49], cuts[98]


def slope(sizes: Sequence[tuple[float, float]]) -> float:
    """Return by how many percent of their mean sizes grow an hour: the line that fits them best."""
    if len(sizes) < 2 or not any(size for _, size in sizes):
        return 0.0
    times, values = zip(*sizes, strict=True)
    return float(linear_regression(times, values).slope * 3600 / mean(values) * 100)


def _print_headings() -> None:
    print(f"{'minute':>7} {'checks':>8} {'p50 s':>7} {'p99 s':>7} {'fds':>6} {'threads':>7} {'files':>6}  MiB of each")


def _print_line(look: Look, latencies: Sequence[float]) -> None:
    middle, most = percentiles(latencies)
    sizes = ", ".join(f"{role} {look.rss[role] / MIB:.1f}" for role in OURS if role in look.rss)
    print(
        f"{look.at / 60:7.1f} {len(latencies):8,} {middle:7.3f} {most:7.3f} {look.descriptors:6} {look.threads:7} "
        f"{look.files:6}  {sizes}",
        flush=True,
    )


def _shares(used: Mapping[str, float], seconds: float) -> str:
    return ", ".join(f"{role} {each / seconds:.1%}" for role, each in sorted(used.items()) if each / seconds > 0.0005)


def _beside(folder: Path, site: Site, seconds: float) -> None:
    """Say what the same load takes nagios4, for one interval at most."""
    try:
        peer = nagios()
    except PeerMissingError as error:
        print(f"Without nagios4: {error}")
        return
    times = Times(min(60.0, seconds / 4), min(float(site.interval), seconds / 2))
    step = nagios_step(peer, folder / "nagios4", site, times)
    print(
        f"nagios4 with the real plugins: {step.done:,.0f} of {step.offered:,.0f} checks a second, {step.latency:.2f} s "
        f"late, processors busy: {sum(step.cpu.values()):.1%} ({_shares(step.cpu, 1.0)})"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=float, default=1.0, help="how long (1)")
    parser.add_argument("--minutes", type=float, help="the same in minutes, for a try")
    parser.add_argument("--services", type=int, default=SERVICES, help=f"how many ({SERVICES:,})")
    parser.add_argument("--interval", type=int, default=INTERVAL, help=f"seconds between checks of one ({INTERVAL})")
    parser.add_argument("--no-peer", action="store_true", help="do not run nagios4 on the same site afterwards")
    parser.add_argument("--folder", type=Path, help="where to write; a folder of its own is made there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
