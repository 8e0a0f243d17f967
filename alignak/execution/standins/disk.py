"""Stands in for ``check_disk``: how much is free on filesystems, one by one or in groups."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from alignak.execution.standins.disk_words import Act, Asked, Limits, Step, read
from alignak.execution.standins.mounts import Mount, mount_of, mounts
from alignak.execution.standins.posix_patterns import Pattern
from alignak.execution.standins.standin import Call, Result, StandIn

_WORDS: Final = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_WRAP: Final = 1 << 64
"""The plugin counts in 64 bits without a sign; limits above the whole come round at the top."""


class _Final(Exception):
    """The answer is found before all is looked at."""

    def __init__(self, result: Result) -> None:
        super().__init__(result[1])
        self.result = result


class _Entry(NamedTuple):
    """A selected filesystem."""

    mount: Mount
    limits: Limits
    group: str


class _Usage(NamedTuple):
    """What is used of a filesystem or a group: in blocks of whatever size, in whole units, in inodes."""

    blocks_used: int
    blocks_free: int
    used: int
    free: int
    total: int
    inodes: int
    inodes_free: int

    @property
    def percent(self) -> int:
        """Return the part that is free, of what is not kept for root."""
        whole = self.blocks_used + self.blocks_free
        return 100 * self.blocks_free // whole if whole else 100

    @property
    def inode_percent(self) -> int:
        """Return the part of the inodes that is free."""
        return 100 * self.inodes_free // self.inodes if self.inodes else 100


def _block(asked: Asked, _call: Call) -> Result:
    """Look in a thread: a filesystem may take its time, or never answer."""
    try:
        entries = _selected(asked, mounts())
        return _said(asked, list(_weighed(asked, entries)))
    except _Final as final:
        return final.result


def _selected(asked: Asked, mounted: Sequence[Mount]) -> list[_Entry]:
    """Return the selection that the steps make, in the order in which it came together."""
    entries: dict[str, _Entry] = {}
    for step in asked.steps:
        if step.act is Act.PATH:
            entries[step.text] = _Entry(_on(step.text, mounted, asked), step.limits, step.group)
        elif step.act is Act.DROP:
            entries = {path: each for path, each in entries.items() if not _has(step.pattern, each.mount)}
        else:
            _add(step, entries, mounted, asked)
    return list(entries.values())


def _on(path: str, mounted: Sequence[Mount], asked: Asked) -> Mount:
    """Return what a path is on."""
    _look(path)
    found = mount_of(path, mounted, is_exact=asked.is_exact)
    if found is None:
        raise _Final((2, f"DISK CRITICAL: {path} not found"))
    return found


def _look(path: str) -> None:
    try:
        os.stat(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "No such file or directory"
        raise _Final((2, f"DISK CRITICAL - {path} is not accessible: {reason}")) from None


def _add(step: Step, entries: dict[str, _Entry], mounted: Sequence[Mount], asked: Asked) -> None:
    """Add all that a pattern is in, or everything, and set their limits."""
    found = {each.folder for each in mounted if step.act is Act.REST or _has(step.pattern, each)}
    if step.act is Act.PATTERN and not found:
        raise _Final((3, f"DISK UNKNOWN: Regular expression did not match any path or disk - {step.text}"))
    for folder in dict.fromkeys(each.folder for each in mounted if each.folder in found):
        mount = mount_of(folder, mounted, is_exact=asked.is_exact)
        assert mount is not None
        entries[folder] = _Entry(mount, step.limits, step.group)
    if step.act is Act.REST:
        entries.update({path: each._replace(limits=step.limits) for path, each in entries.items()})


def _has(pattern: Pattern | None, mount: Mount) -> bool:
    return pattern is not None and any(pattern.is_in(each.encode("utf-8", "surrogateescape")) for each in mount.names)


class _Weighed(NamedTuple):
    """What is said about a filesystem or a group."""

    label: str
    usage: _Usage
    limits: Limits
    code: int


def _weighed(asked: Asked, entries: Sequence[_Entry]) -> Iterator[_Weighed]:
    """Return what is to be said, each filesystem and each group once."""
    seen: set[Mount | str] = set()
    for entry in entries:
        mount, group = entry.mount, entry.group
        if mount in seen or (group and group in seen) or not _counts(asked, mount):
            continue
        _look(mount.folder)
        usage = _usage(asked, mount)
        if usage is None:
            continue
        seen |= {group, mount} if group else {mount}
        if group:
            usage = _together(
                each for member in entries if member.group == group if (each := _usage(asked, member.mount))
            )
        label = group or (mount.device if "-M" in asked.flags else mount.folder)
        yield _Weighed(label, usage, entry.limits, _judged(usage, entry.limits))


def _counts(asked: Asked, mount: Mount) -> bool:
    """Tell whether the options leave a filesystem in."""
    return not (
        mount.kind in asked.excluded_kinds
        or (asked.kinds and mount.kind not in asked.kinds)
        or any(name in asked.excluded for name in mount.names)
        or ("-l" in asked.flags and mount.is_remote)
    )


def _usage(asked: Asked, mount: Mount) -> _Usage | None:
    """Return what is used of a filesystem; nothing for one that holds nothing, as ``/proc``."""
    try:
        status = os.statvfs(mount.folder)
    except OSError as error:
        raise _Final((2, f"DISK CRITICAL - {mount.folder} is not accessible: {error.strerror}")) from None
    if not status.f_blocks:
        return None
    unit, size = asked.unit[1], status.f_frsize or status.f_bsize
    used = status.f_blocks - status.f_bfree
    whole = used + status.f_bavail if "-f" in asked.flags else status.f_blocks
    return _Usage(
        used,
        status.f_bavail,
        used * size // unit,
        status.f_bavail * size // unit,
        whole * size // unit,
        status.f_files,
        status.f_ffree,
    )


def _together(usages: Iterator[_Usage]) -> _Usage:
    """Return the sums, as the plugin makes them."""
    return _Usage(*(sum(each) % _WRAP for each in zip(*usages, strict=True)))


def _judged(usage: _Usage, limits: Limits) -> int:
    """Return the exit code for what is free."""

    def alerts(units: float | None, percent: float | None, inodes: float | None) -> bool:
        return (
            (units is not None and usage.free <= units)
            or (percent is not None and usage.percent <= percent)
            or (inodes is not None and usage.inodes > 0 and usage.inode_percent <= inodes)
        )

    if alerts(limits.critical, limits.critical_percent, limits.inodes_critical):
        return 2
    return int(alerts(limits.warning, limits.warning_percent, limits.inodes_warning))


def _said(asked: Asked, weighed: Sequence[_Weighed]) -> Result:
    """Return the answer about all of it."""
    code = max((each.code for each in weighed), default=3)
    shown = [each for each in weighed if each.code or "-e" not in asked.flags]
    text = "".join(_text(asked, each) for each in shown)
    values = "".join(f" {value}" for each in weighed for value in _perfdata(asked, each))
    between = "" if code == 0 and "-e" in asked.flags else " - free space:"
    answer = f"DISK {_WORDS[code]}{between}{text}|{values}"
    return code, answer.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _text(asked: Asked, each: _Weighed) -> str:
    """Return what people read; the bracket after a missing part of inodes is the plugin's."""
    usage = each.usage
    inodes = f"inode={usage.inode_percent}%)" if usage.inodes else f"inode=-){']' if each.code else ''}"
    return f" {each.label} {usage.free}{asked.unit[0]} ({usage.percent}% {inodes};"


def _perfdata(asked: Asked, each: _Weighed) -> Iterator[str]:
    """Return the values: bytes used, and with ``-P`` inodes."""
    usage, limits, unit = each.usage, each.limits, asked.unit[1]
    total = usage.total * unit
    warning = _bound(total, unit, limits.warning, limits.warning_percent)
    critical = _bound(total, unit, limits.critical, limits.critical_percent)
    yield f"{_quoted(each.label)}={usage.used * unit}B;{warning};{critical};0;{total}"
    if "-P" in asked.flags:
        warning, critical = (
            _bound(usage.inodes, 1, None, each) for each in (limits.inodes_warning, limits.inodes_critical)
        )
        used = usage.inodes - usage.inodes_free
        yield f"{_quoted(f'{each.label} (inodes)')}={used};{warning};{critical};0;{usage.inodes}"


def _bound(total: int, unit: int, units: float | None, percent: float | None) -> str:
    """Return how much may be used: what both kinds of limits leave."""
    bounds = []
    if units is not None:
        bounds.append(int(total - units * unit) % _WRAP)
    if percent is not None:
        bounds.append(int((1.0 - percent / 100) * total) % _WRAP)
    return str(min(bounds)) if bounds else ""


def _quoted(label: str) -> str:
    return f"'{label}'" if any(each in label for each in " '=") else label


DISK: Final = StandIn(read, block=_block)
