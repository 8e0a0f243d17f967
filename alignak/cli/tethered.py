"""``python -m alignak.cli.tethered PARENT ROLE ...``: a daemon that ends when the process that started it ends.

The demo starts its arbiter so: even a demo that is killed leaves nothing behind, because an arbiter that is asked to
end ends the daemons it launched.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from alignak.cli import daemons
from alignak.model.topology import Role
from alignak.system import process


def main(arguments: Sequence[str]) -> int:
    """Run a daemon of a parent process and return its exit code."""
    parent, role, *rest = arguments
    process.die_with_parent(signal.SIGTERM)
    if os.getppid() != int(parent):  # it ended before this process was tied to it
        return 0
    return daemons.start(Role(role), rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
