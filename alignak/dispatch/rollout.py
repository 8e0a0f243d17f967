"""Bring a plan to the daemons: who is to be pushed what, and when it is done. The arbiter feeds it and does as it says.

Nothing here talks to anybody: ``needed`` is asked each turn with what the daemons report, ``pushed`` and
``push_failed`` are told what came of it. A daemon that reports the wanted hash needs nothing, so a restarted arbiter
pushes nothing, and a daemon that lost its configuration gets it again.

With a plan to go back to, satellites come first and schedulers, which the states live with, only once every satellite
that answers has the new configuration. When one of them cannot be given it, all go back to the old plan: never a
mixture for longer than that takes (reliability.md 5.1). Daemons that do not answer are not waited for.

A scheduler gets no part another scheduler still reports as its own: that one is to be released first. Of a part it is
sent only what differs from the one it reports, when that one is of the old plan or the new.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from alignak.base.clock import Instant
from alignak.dispatch.cutting import changes
from alignak.dispatch.planner import Plan
from alignak.messages.control import DaemonConfiguration, ManagedPart
from alignak.model.topology import Role

CONFIRM_WITHIN: Final = 5.0
"""Seconds a daemon has to report what it was pushed, before it is pushed again (``daemons_dispatch_timeout``)."""

TRIES: Final = 3
"""Failed pushes to one daemon before a rollout that can go back does."""

FIRST_BACKOFF: Final = 1.0
LONGEST_BACKOFF: Final = 60.0


class Report(Struct, frozen=True):
    """What a daemon that answers says of itself."""

    running_id: str
    managed: Mapping[str, ManagedPart]
    """The answer of ``get_managed_configurations``."""


class _Target:
    """How far one daemon is."""

    __slots__ = ("conf", "failures", "is_confirmed", "not_before", "pushed_to", "reason")

    def __init__(self, conf: DaemonConfiguration) -> None:
        self.conf = conf
        self.is_confirmed = False
        self.pushed_to = ""
        """The running id of the life that took the configuration."""
        self.failures = 0
        self.not_before = 0.0
        self.reason = "not reached yet"

    def has(self, report: Report) -> bool:
        """Tell whether a daemon reports what it is to have."""
        if self.conf.schedulers:
            return any(each.hash == self.conf.hash for each in report.managed.values())
        # It has no scheduler to report: what this life of it was pushed must do.
        return not report.managed and bool(self.pushed_to) and self.pushed_to == report.running_id


class Rollout:
    """One plan on its way."""

    def __init__(self, plan: Plan, previous: Plan | None = None, confirm_within: float = CONFIRM_WITHIN) -> None:
        self.plan = plan
        self.abort_reason = ""
        """Why the rollout went back to the old plan; empty while it does not."""
        self._previous = previous
        self._confirm_within = confirm_within
        self._targets = {name: _Target(conf) for name, conf in plan.configurations.items()}
        self._answering: Collection[str] = ()

    @property
    def is_going_back(self) -> bool:
        """Tell whether the old plan is being brought back; its daemons then are what is confirmed."""
        return bool(self.abort_reason)

    @property
    def in_force(self) -> Plan:
        """Return the plan the daemons have or are to have: the old one once everybody goes back to it."""
        return self._previous if self.is_going_back and self._previous is not None else self.plan

    @property
    def is_complete(self) -> bool:
        """Tell whether every daemon has what it is to have."""
        return all(each.is_confirmed for each in self._targets.values())

    @property
    def is_settled(self) -> bool:
        """Tell whether every daemon that answers has what it is to have."""
        return all(self._targets[name].is_confirmed for name in self._answering)

    def reasons(self) -> dict[str, str]:
        """Return, for each daemon that is not done, why."""
        return {name: each.reason for name, each in sorted(self._targets.items()) if not each.is_confirmed}

    def configuration(self, name: str) -> DaemonConfiguration | None:
        """Return what a daemon is to be pushed now; None when that is nothing (any more)."""
        target = self._targets.get(name)
        return None if target is None else target.conf

    def changes(self, name: str, report: Report) -> DaemonConfiguration | None:
        """Return ``configuration`` with no more of the part than differs from the one a daemon reports.

        None when there is no part, or the one it reports is not known here.
        """
        target = self._targets.get(name)
        wanted = self.in_force.parts.get(name)
        if target is None or wanted is None:
            return None
        reported = {each.push_flavor for each in report.managed.values()}
        plans = (self._previous, self.plan) if self._previous else (self.plan,)
        known = (part for each in plans for part in each.parts.values() if part.hash in reported)
        held = next(known, None)
        return None if held is None else replace(target.conf, conf_part=changes(held, wanted))

    def needed(self, reports: Mapping[str, Report], now: Instant) -> list[str]:
        """Return the daemons to push to now, by name; ``reports`` holds those that answer."""
        self._observe(reports)
        if self._gave_up_waiting(now):
            self._observe(reports)
        due = [name for name in self._answering if self._is_due(self._targets[name], now)]
        ready = [name for name in due if not self._must_wait(name, reports)]
        return sorted(ready, key=lambda name: (self._role(name) is Role.SCHEDULER, name))

    def to_release(self, reports: Mapping[str, Report]) -> list[str]:
        """Return the daemons that hold a configuration they are not to have any more (``wait_new_conf``), by name."""
        return sorted(name for name, report in reports.items() if name not in self._targets and report.managed)

    def pushed(self, conf: DaemonConfiguration, running_id: str, now: Instant) -> None:
        """Note that a daemon took what it was pushed; it is done once it reports it."""
        target = self._target_of(conf)
        if target is not None:
            target.pushed_to = running_id
            target.not_before = now.mono + self._confirm_within
            target.reason = f"pushed, and it does not report {conf.hash[:8]} yet"

    def push_failed(self, conf: DaemonConfiguration, reason: str, now: Instant) -> None:
        """Note that a daemon did not take it: it is tried again later, or everybody goes back."""
        target = self._target_of(conf)
        if target is not None:
            self._fail(target, reason, now)

    def _target_of(self, conf: DaemonConfiguration) -> _Target | None:
        """Return the target a push was meant for; None when it is out of date: everybody went back meanwhile."""
        target = self._targets.get(conf.self_conf.name)
        return target if target is not None and target.conf.hash == conf.hash else None

    def _fail(self, target: _Target, reason: str, now: Instant) -> None:
        target.failures += 1
        target.not_before = now.mono + min(FIRST_BACKOFF * 2 ** (target.failures - 1), LONGEST_BACKOFF)
        target.reason = f"push {target.failures} failed: {reason}"
        if self._previous is not None and not self.is_going_back and target.failures >= TRIES:
            link = target.conf.self_conf
            self._go_back(self._previous, f"{link.role.value} {link.name}: {target.reason}")

    def _observe(self, reports: Mapping[str, Report]) -> None:
        self._answering = sorted(reports.keys() & self._targets.keys())
        for name in self._answering:
            target = self._targets[name]
            target.is_confirmed = target.has(reports[name])
            if target.is_confirmed:
                target.failures = 0
            elif target.pushed_to and target.pushed_to != reports[name].running_id:
                # It was restarted and knows nothing of the push: no need to wait for it.
                target.pushed_to, target.not_before = "", 0.0
                target.reason = "restarted without its configuration"

    def _gave_up_waiting(self, now: Instant) -> bool:
        """Count pushes that were taken and never reported as failed; tell whether that made everybody go back."""
        was_going_back = self.is_going_back
        for name in self._answering:
            target = self._targets[name]
            if not target.is_confirmed and target.pushed_to and now.mono >= target.not_before:
                target.pushed_to = ""
                self._fail(target, "it was taken and is not reported", now)
                if self.is_going_back is not was_going_back:
                    return True
        return False

    def _is_due(self, target: _Target, now: Instant) -> bool:
        return not target.is_confirmed and now.mono >= target.not_before

    def _must_wait(self, name: str, reports: Mapping[str, Report]) -> bool:
        if self._role(name) is not Role.SCHEDULER:
            return False
        holder = self._other_holder(name, reports)
        if holder:
            self._targets[name].reason = f"{holder} still works on its part"
            return True
        return self._previous is not None and not self.is_going_back and self._has_unserved_satellites()

    def _has_unserved_satellites(self) -> bool:
        return any(
            not self._targets[each].is_confirmed for each in self._answering if self._role(each) is not Role.SCHEDULER
        )

    def _other_holder(self, name: str, reports: Mapping[str, Report]) -> str:
        """Return the scheduler that is to have another part, or none, and still reports this one's."""
        part_id = next((each.managed_conf_id for each in self._targets[name].conf.schedulers), "")
        schedulers = {each.name for each in self.plan.idle if each.role is Role.SCHEDULER}
        schedulers |= {each for each in self._targets if self._role(each) is Role.SCHEDULER}
        for other in sorted(schedulers & reports.keys() - {name}):
            held = {each.managed_conf_id for each in reports[other].managed.values()}
            if part_id in held:
                return other
        return ""

    def _role(self, name: str) -> Role:
        return self._targets[name].conf.self_conf.role

    def _go_back(self, previous: Plan, reason: str) -> None:
        self.abort_reason = reason
        self._targets = {name: _Target(conf) for name, conf in previous.configurations.items()}
