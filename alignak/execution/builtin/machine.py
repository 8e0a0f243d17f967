"""Checks of the machine the poller runs on: load, CPU, memory, swap, disks, processes, uptime, network interfaces."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Final

import psutil

from alignak.execution.builtin.results import (
    CRITICAL,
    OK,
    UNKNOWN,
    WORDS,
    Limits,
    Parser,
    Result,
    UsageError,
    add_limits,
    limits_of,
    perf,
    result,
    threshold,
)

_SAMPLE: Final = 0.5
"""Seconds over which a rate is measured."""

_MIB: Final = 1 << 20


def load(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Check the load averages over 1, 5 and 15 minutes: ``load [-w 4,3,2] [-c 8,6,4] [--per-cpu]``."""
    parser = Parser("load")
    parser.add_argument("-w", "--warning", type=_three)
    parser.add_argument("-c", "--critical", type=_three)
    parser.add_argument("-r", "--per-cpu", action="store_true")
    options = parser.parse_args(argv[1:])
    cpus = os.cpu_count() or 1
    scale = cpus if options.per_cpu else 1
    values = [value / scale for value in os.getloadavg()]
    if options.warning is None:
        options.warning = _three(",".join(str(factor * cpus / scale) for factor in (4, 3, 2)))
    if options.critical is None:
        options.critical = _three(",".join(str(factor * cpus / scale) for factor in (8, 6, 4)))
    limits = [Limits(*pair) for pair in zip(options.warning, options.critical, strict=True)]
    code = max(limit.judge(value) for limit, value in zip(limits, values, strict=True))
    items = [
        perf(f"load{minutes}", value, "", limit)
        for minutes, value, limit in zip((1, 5, 15), values, limits, strict=True)
    ]
    return result("LOAD", code, "load average: " + ", ".join(f"{value:.2f}" for value in values), items)


def _three(text: str) -> list[object]:
    parts = text.split(",")
    if len(parts) not in (1, 3):
        raise ValueError(text)
    return [threshold(part) for part in (parts * 3)[:3]]


def cpu(argv: Sequence[str], _environment: Mapping[str, str], deadline: float) -> Result:
    """Check how busy the processors are, in percent, measured over half a second: ``cpu [-w 85] [-c 95]``."""
    parser = Parser("cpu")
    add_limits(parser, "85", "95")
    limits = limits_of(parser.parse_args(argv[1:]))
    times = psutil.cpu_times_percent(interval=_sample(deadline))
    used = 100.0 - times.idle - getattr(times, "iowait", 0.0)
    items = [
        perf("used", used, "%", limits, 100),
        perf("user", times.user, "%"),
        perf("system", times.system, "%"),
        perf("iowait", getattr(times, "iowait", 0.0), "%"),
    ]
    return result("CPU", limits.judge(used), f"{used:.1f}% used by {os.cpu_count()} processors", items)


def _sample(deadline: float) -> float:
    """Return for how long to measure: no longer than a third of the time there is."""
    return max(0.05, min(_SAMPLE, (deadline - time.monotonic()) / 3))


def memory(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Check how much memory cannot be had, in percent: ``memory [-w 90] [-c 95]``."""
    parser = Parser("memory")
    add_limits(parser, "90", "95")
    limits = limits_of(parser.parse_args(argv[1:]))
    found = psutil.virtual_memory()
    items = [
        perf("used_percent", found.percent, "%", limits, 100),
        perf("used", found.total - found.available, "B", None, found.total),
    ]
    text = f"{found.percent:.1f}% used, {found.available // _MIB} MiB of {found.total // _MIB} MiB available"
    return result("MEMORY", limits.judge(found.percent), text, items)


def swap(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Check how much of the swap space is used, in percent; a machine without is OK: ``swap [-w 50] [-c 80]``."""
    parser = Parser("swap")
    add_limits(parser, "50", "80")
    limits = limits_of(parser.parse_args(argv[1:]))
    found = psutil.swap_memory()
    items = [
        perf("used_percent", found.percent, "%", limits, 100),
        perf("used", found.used, "B", None, found.total),
    ]
    if not found.total:
        return result("SWAP", OK, "there is no swap space", items)
    text = f"{found.percent:.1f}% used of {found.total // _MIB} MiB"
    return result("SWAP", limits.judge(found.percent), text, items)


def disk(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Check how full file systems are, in percent: ``disk [-w 85] [-c 95] [-p PATH]...``; default all real ones."""
    parser = Parser("disk")
    add_limits(parser, "85", "95")
    parser.add_argument("-p", "--path", action="append", default=[])
    options = parser.parse_args(argv[1:])
    limits = limits_of(options)
    code, texts, items = OK, [], []
    for path in options.path or _disks():
        try:
            found = psutil.disk_usage(path)
        except OSError as error:
            return result("DISK", UNKNOWN, f"{path}: {error.strerror}")
        state = limits.judge(found.percent)
        code = max(code, state)
        texts.append(f"{path} {found.percent:.1f}% used" + (f" ({WORDS[state]})" if state else ""))
        items.append(perf(path, found.percent, "%", limits, 100))
    return result("DISK", code, ", ".join(texts), items)


def _disks() -> list[str]:
    """Return where the real file systems are mounted, each once; at least the root."""
    places: dict[str, str] = {}
    for partition in psutil.disk_partitions():
        if partition.fstype not in ("squashfs", "iso9660") and os.path.isdir(partition.mountpoint):
            places.setdefault(partition.device, partition.mountpoint)
    return sorted(places.values()) or ["/"]


def processes(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Count processes: ``processes [-w RANGE] [-c RANGE] [-n NAME] [--zombies]``, defaults 1000 and 5000."""
    parser = Parser("processes")
    add_limits(parser, "1000", "5000")
    parser.add_argument("-n", "--name", default="")
    parser.add_argument("-z", "--zombies", action="store_true")
    options = parser.parse_args(argv[1:])
    limits = limits_of(options)
    attributes = [*(["name"] if options.name else []), *(["status"] if options.zombies else [])]
    if not attributes:
        count = len(psutil.pids())
    else:
        count = sum(
            (not options.name or process.info["name"] == options.name)
            and (not options.zombies or process.info["status"] == psutil.STATUS_ZOMBIE)
            for process in psutil.process_iter(attributes)
        )
    what = " ".join((*(["zombie"] if options.zombies else []), "processes"))
    text = f"{count} {what}" + (f" named {options.name}" if options.name else "")
    return result("PROCESSES", limits.judge(count), text, [perf("processes", count, "", limits)])


def uptime(argv: Sequence[str], _environment: Mapping[str, str], _deadline: float) -> Result:
    """Check for how many minutes the machine runs: ``uptime [-w 10:] [-c 2:]`` alerts after a restart."""
    parser = Parser("uptime")
    parser.add_argument("-w", "--warning", type=threshold)
    parser.add_argument("-c", "--critical", type=threshold)
    limits = limits_of(parser.parse_args(argv[1:]))
    minutes = (time.time() - psutil.boot_time()) / 60
    days, rest = divmod(int(minutes), 24 * 60)
    text = f"up {days} days {rest // 60:02d}:{rest % 60:02d}"
    return result("UPTIME", limits.judge(minutes), text, [perf("uptime", minutes * 60, "s")])


def network(argv: Sequence[str], _environment: Mapping[str, str], deadline: float) -> Result:
    """Check that an interface is up and its errors: ``network [-i NAME] [-w 1] [-c 10]``, errors and drops a second."""
    parser = Parser("network")
    add_limits(parser, "1", "10")
    parser.add_argument("-i", "--interface", default="")
    options = parser.parse_args(argv[1:])
    limits = limits_of(options)
    states = psutil.net_if_stats()
    if options.interface and options.interface not in states:
        raise UsageError(f"there is no interface {options.interface}; there are {', '.join(sorted(states))}")
    names = [options.interface] if options.interface else sorted(name for name, state in states.items() if state.isup)
    if options.interface and not states[options.interface].isup:
        return result("NETWORK", CRITICAL, f"{options.interface} is down")
    sample = _sample(deadline)
    before = psutil.net_io_counters(pernic=True)
    time.sleep(sample)
    after = psutil.net_io_counters(pernic=True)
    code, texts, items = OK, [], []
    for name in (name for name in names if name in before and name in after):
        first, last = before[name], after[name]
        errors = sum(getattr(last, kind) - getattr(first, kind) for kind in _TROUBLES) / sample
        state = limits.judge(errors)
        code = max(code, state)
        texts.append(f"{name} up, {errors:.1f} errors/s" + (f" ({WORDS[state]})" if state else ""))
        items.append(perf(f"{name}_in", (last.bytes_recv - first.bytes_recv) / sample, "B"))
        items.append(perf(f"{name}_out", (last.bytes_sent - first.bytes_sent) / sample, "B"))
    return result("NETWORK", code, ", ".join(texts) or "no interface is up", items)


_TROUBLES: Final = ("errin", "errout", "dropin", "dropout")
