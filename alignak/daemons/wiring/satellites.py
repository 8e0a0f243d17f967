"""Put a poller or a reactionner together."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from alignak.daemons.desks import Desks
from alignak.daemons.journals import report_damage
from alignak.daemons.poller import Poller
from alignak.daemons.reactionner import Reactionner
from alignak.daemons.shell import Shell
from alignak.daemons.wiring.parts import Parts
from alignak.execution.ledger import Ledger
from alignak.execution.pool import WorkerPool, plugin_environment
from alignak.messages.work import Order, Outcome
from alignak.model.topology import Role
from alignak.system import files
from alignak.system.journal import Journal


def make(parts: Parts) -> Shell:
    """Return the satellite of the launch's role on its ledgers and workers."""
    kind = Poller if parts.launch.role is Role.POLLER else Reactionner
    settings = parts.place.settings

    def open_ledger(scheduler: str) -> Ledger:
        journal = Journal(os.path.join(folder, files.safe_name(scheduler)))
        report_damage(journal)
        return Ledger(journal, parts.clock)

    def pool(on_outcomes: Callable[[Sequence[Outcome]], None], on_lost: Callable[[list[Order]], None]) -> WorkerPool:
        return WorkerPool(
            settings.name,
            min_workers=settings.min_workers,
            max_workers=settings.max_workers,
            per_worker=settings.processes_by_worker,
            on_outcomes=on_outcomes,
            on_lost=on_lost,
            clock=parts.clock,
            environment=plugin_environment(os.environ),
            is_accelerating=settings.accelerate_plugins,
        )

    folder = parts.folder("ledgers")
    files.ensure_folder(folder)
    known = sorted(each.name for each in os.scandir(folder) if each.is_dir())
    return kind(parts.place, Desks(open_ledger, known), pool, parts.link)
